#ifndef PROVISO_CONNXRUNTIME_H
#define PROVISO_CONNXRUNTIME_H

// The few functions of ONNX Runtime 1.32.0 that Proviso calls (the wheel carries no headers). The library exports one function, which gives a
// table of functions at fixed positions; COnnxRuntime.c has the positions, and a test for each of them. A function that can fail gives NULL, or
// a status that the caller releases.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtValue OrtValue;
typedef struct OrtAllocator OrtAllocator;

// The library's version, such as "1.32.0", and whether it has the table that the positions are of.
const char *ort_version(void);
int ort_has_table(void);

// Status: 0 ok, 1 fail, 2 invalid argument, 3 no such file, 6 runtime exception, 7 invalid protobuf, 9 not implemented, 10 invalid graph.
int ort_error_code(const OrtStatus *status);
// Owned by the status.
const char *ort_error_message(const OrtStatus *status);
void ort_release_status(OrtStatus *status);

// `severity`: 0 verbose … 4 fatal, of what the library writes to standard error.
OrtStatus *ort_create_environment(int severity, const char *name, OrtEnv **out);
void ort_release_environment(OrtEnv *environment);

OrtStatus *ort_create_options(OrtSessionOptions **out);
OrtStatus *ort_set_intra_op_threads(OrtSessionOptions *options, int threads);
OrtStatus *ort_add_configuration(OrtSessionOptions *options, const char *key, const char *value);
void ort_release_options(OrtSessionOptions *options);

OrtStatus *ort_create_session(const OrtEnv *environment, const void *bytes, size_t length, const OrtSessionOptions *options, OrtSession **out);
OrtStatus *ort_input_count(const OrtSession *session, size_t *out);
OrtStatus *ort_output_count(const OrtSession *session, size_t *out);
OrtStatus *ort_input_type(const OrtSession *session, size_t index, OrtTypeInfo **out);
OrtStatus *ort_output_type(const OrtSession *session, size_t index, OrtTypeInfo **out);
// Names are allocated: give them to `ort_free`.
OrtStatus *ort_input_name(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out);
OrtStatus *ort_output_name(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out);
OrtStatus *ort_run(OrtSession *session, const char *const *input_names, const OrtValue *const *inputs, size_t input_count,
                   const char *const *output_names, size_t output_count, OrtValue **outputs);
void ort_release_session(OrtSession *session);

// The library's own; never released.
OrtStatus *ort_default_allocator(OrtAllocator **out);
OrtStatus *ort_free(OrtAllocator *allocator, void *memory);

// Kinds of values: 1 tensor, 2 sequence, 3 map, 4 opaque, 5 sparse tensor, 6 optional.
OrtStatus *ort_type_kind(const OrtTypeInfo *type, int *out);
// Owned by the type; NULL if it is no tensor's.
OrtStatus *ort_type_tensor(const OrtTypeInfo *type, const OrtTensorTypeAndShapeInfo **out);
void ort_release_type(OrtTypeInfo *type);

// Elements: 1 float, 2 uint8, 3 int8, 4 uint16, 5 int16, 6 int32, 7 int64, 8 string, 9 bool, 10 float16, 11 double, 12 uint32, 13 uint64.
OrtStatus *ort_element_type(const OrtTensorTypeAndShapeInfo *info, int *out);
OrtStatus *ort_rank(const OrtTensorTypeAndShapeInfo *info, size_t *out);
// −1 where a dimension is free.
OrtStatus *ort_dimensions(const OrtTensorTypeAndShapeInfo *info, int64_t *out, size_t rank);
// Owned by the info; empty where a dimension has no name.
OrtStatus *ort_dimension_names(const OrtTensorTypeAndShapeInfo *info, const char **out, size_t rank);
OrtStatus *ort_element_count(const OrtTensorTypeAndShapeInfo *info, size_t *out);
void ort_release_tensor_info(OrtTensorTypeAndShapeInfo *info);

OrtStatus *ort_create_tensor(OrtAllocator *allocator, const int64_t *shape, size_t rank, int element, OrtValue **out);
OrtStatus *ort_tensor_data(OrtValue *tensor, void **out);
OrtStatus *ort_tensor_info(const OrtValue *tensor, OrtTensorTypeAndShapeInfo **out);
OrtStatus *ort_fill_strings(OrtValue *tensor, const char *const *texts, size_t count);
OrtStatus *ort_string_bytes(const OrtValue *tensor, size_t *out);
// All texts one after another, and where each starts.
OrtStatus *ort_copy_strings(const OrtValue *tensor, void *bytes, size_t length, size_t *offsets, size_t count);
OrtStatus *ort_value_kind(const OrtValue *value, int *out);
// Of a sequence, its length; of a map, 2: its keys and its values.
OrtStatus *ort_member_count(const OrtValue *value, size_t *out);
OrtStatus *ort_member(const OrtValue *value, int index, OrtAllocator *allocator, OrtValue **out);
void ort_release_value(OrtValue *value);

#ifdef __cplusplus
}
#endif
#endif
