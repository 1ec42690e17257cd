#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <pthread.h>

typedef struct {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} OrtApiBase;

// Opened when it is first called, as XGBoost is. NULL where it cannot be: `ort_has_table` says so before anything else is called.
static const OrtApiBase *base;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
    void *library = dlopen("libonnxruntime.so.1", RTLD_LAZY | RTLD_LOCAL);
    const OrtApiBase *(*get)(void) = library ? (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase") : NULL;
    if (get) base = get();
}

static const OrtApiBase *api_base(void) {
    pthread_once(&once, open_library);
    return base;
}

// The table only grows from version to version, so that any version which has all these positions will do.
enum { table_version = 23 };

// Positions in the table, by the names that they have in ONNX Runtime's own header.
enum {
    GetErrorCode = 1,
    GetErrorMessage = 2,
    CreateEnv = 3,
    CreateSessionFromArray = 8,
    Run = 9,
    CreateSessionOptions = 10,
    SetIntraOpNumThreads = 24,
    SessionGetInputCount = 30,
    SessionGetOutputCount = 31,
    SessionGetInputTypeInfo = 33,
    SessionGetOutputTypeInfo = 34,
    SessionGetInputName = 36,
    SessionGetOutputName = 37,
    CreateTensorAsOrtValue = 48,
    GetTensorMutableData = 51,
    FillStringTensor = 52,
    GetStringTensorDataLength = 53,
    GetStringTensorContent = 54,
    CastTypeInfoToTensorInfo = 55,
    GetOnnxTypeFromTypeInfo = 56,
    GetTensorElementType = 60,
    GetDimensionsCount = 61,
    GetDimensions = 62,
    GetSymbolicDimensions = 63,
    GetTensorShapeElementCount = 64,
    GetTensorTypeAndShape = 65,
    GetValueType = 67,
    AllocatorFree = 76,
    GetAllocatorWithDefaultOptions = 78,
    GetValue = 80,
    GetValueCount = 81,
    ReleaseEnv = 92,
    ReleaseStatus = 93,
    ReleaseSession = 95,
    ReleaseValue = 96,
    ReleaseTypeInfo = 98,
    ReleaseTensorTypeAndShapeInfo = 99,
    ReleaseSessionOptions = 100,
    AddSessionConfigEntry = 130,
};

typedef void (*Function)(void);

static Function function_at(int position) {
    const Function *table = (const Function *)api_base()->get_api(table_version);
    return table[position];
}

const char *ort_version(void) { return api_base() ? api_base()->get_version() : "none"; }

int ort_has_table(void) { return api_base() && api_base()->get_api(table_version) != NULL; }

int ort_error_code(const OrtStatus *status) {
    return ((int (*)(const OrtStatus *))function_at(GetErrorCode))(status);
}

const char *ort_error_message(const OrtStatus *status) {
    return ((const char * (*)(const OrtStatus *))function_at(GetErrorMessage))(status);
}

void ort_release_status(OrtStatus *status) {
    ((void (*)(OrtStatus *))function_at(ReleaseStatus))(status);
}

OrtStatus *ort_create_environment(int severity, const char *name, OrtEnv **out) {
    return ((OrtStatus * (*)(int, const char *, OrtEnv **))function_at(CreateEnv))(severity, name, out);
}

void ort_release_environment(OrtEnv *environment) {
    ((void (*)(OrtEnv *))function_at(ReleaseEnv))(environment);
}

OrtStatus *ort_create_options(OrtSessionOptions **out) {
    return ((OrtStatus * (*)(OrtSessionOptions **))function_at(CreateSessionOptions))(out);
}

OrtStatus *ort_set_intra_op_threads(OrtSessionOptions *options, int threads) {
    return ((OrtStatus * (*)(OrtSessionOptions *, int))function_at(SetIntraOpNumThreads))(options, threads);
}

OrtStatus *ort_add_configuration(OrtSessionOptions *options, const char *key, const char *value) {
    return ((OrtStatus * (*)(OrtSessionOptions *, const char *, const char *))function_at(AddSessionConfigEntry))(options, key, value);
}

void ort_release_options(OrtSessionOptions *options) {
    ((void (*)(OrtSessionOptions *))function_at(ReleaseSessionOptions))(options);
}

OrtStatus *ort_create_session(const OrtEnv *environment, const void *bytes, size_t length, const OrtSessionOptions *options, OrtSession **out) {
    return ((OrtStatus * (*)(const OrtEnv *, const void *, size_t, const OrtSessionOptions *, OrtSession **))function_at(CreateSessionFromArray))(environment, bytes, length, options, out);
}

OrtStatus *ort_input_count(const OrtSession *session, size_t *out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t *))function_at(SessionGetInputCount))(session, out);
}

OrtStatus *ort_output_count(const OrtSession *session, size_t *out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t *))function_at(SessionGetOutputCount))(session, out);
}

OrtStatus *ort_input_type(const OrtSession *session, size_t index, OrtTypeInfo **out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t, OrtTypeInfo **))function_at(SessionGetInputTypeInfo))(session, index, out);
}

OrtStatus *ort_output_type(const OrtSession *session, size_t index, OrtTypeInfo **out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t, OrtTypeInfo **))function_at(SessionGetOutputTypeInfo))(session, index, out);
}

OrtStatus *ort_input_name(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t, OrtAllocator *, char **))function_at(SessionGetInputName))(session, index, allocator, out);
}

OrtStatus *ort_output_name(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out) {
    return ((OrtStatus * (*)(const OrtSession *, size_t, OrtAllocator *, char **))function_at(SessionGetOutputName))(session, index, allocator, out);
}

OrtStatus *ort_run(OrtSession *session, const char *const *input_names, const OrtValue *const *inputs, size_t input_count,
                   const char *const *output_names, size_t output_count, OrtValue **outputs) {
    // The second argument is a run's own options, of which there are none.
    return ((OrtStatus * (*)(OrtSession *, const void *, const char *const *, const OrtValue *const *, size_t, const char *const *, size_t,
                             OrtValue **)) function_at(Run))(session, NULL, input_names, inputs, input_count, output_names, output_count, outputs);
}

void ort_release_session(OrtSession *session) {
    ((void (*)(OrtSession *))function_at(ReleaseSession))(session);
}

OrtStatus *ort_default_allocator(OrtAllocator **out) {
    return ((OrtStatus * (*)(OrtAllocator **))function_at(GetAllocatorWithDefaultOptions))(out);
}

OrtStatus *ort_free(OrtAllocator *allocator, void *memory) {
    return ((OrtStatus * (*)(OrtAllocator *, void *))function_at(AllocatorFree))(allocator, memory);
}

OrtStatus *ort_type_kind(const OrtTypeInfo *type, int *out) {
    return ((OrtStatus * (*)(const OrtTypeInfo *, int *))function_at(GetOnnxTypeFromTypeInfo))(type, out);
}

OrtStatus *ort_type_tensor(const OrtTypeInfo *type, const OrtTensorTypeAndShapeInfo **out) {
    return ((OrtStatus * (*)(const OrtTypeInfo *, const OrtTensorTypeAndShapeInfo **))function_at(CastTypeInfoToTensorInfo))(type, out);
}

void ort_release_type(OrtTypeInfo *type) {
    ((void (*)(OrtTypeInfo *))function_at(ReleaseTypeInfo))(type);
}

OrtStatus *ort_element_type(const OrtTensorTypeAndShapeInfo *info, int *out) {
    return ((OrtStatus * (*)(const OrtTensorTypeAndShapeInfo *, int *))function_at(GetTensorElementType))(info, out);
}

OrtStatus *ort_rank(const OrtTensorTypeAndShapeInfo *info, size_t *out) {
    return ((OrtStatus * (*)(const OrtTensorTypeAndShapeInfo *, size_t *))function_at(GetDimensionsCount))(info, out);
}

OrtStatus *ort_dimensions(const OrtTensorTypeAndShapeInfo *info, int64_t *out, size_t rank) {
    return ((OrtStatus * (*)(const OrtTensorTypeAndShapeInfo *, int64_t *, size_t))function_at(GetDimensions))(info, out, rank);
}

OrtStatus *ort_dimension_names(const OrtTensorTypeAndShapeInfo *info, const char **out, size_t rank) {
    return ((OrtStatus * (*)(const OrtTensorTypeAndShapeInfo *, const char **, size_t))function_at(GetSymbolicDimensions))(info, out, rank);
}

OrtStatus *ort_element_count(const OrtTensorTypeAndShapeInfo *info, size_t *out) {
    return ((OrtStatus * (*)(const OrtTensorTypeAndShapeInfo *, size_t *))function_at(GetTensorShapeElementCount))(info, out);
}

void ort_release_tensor_info(OrtTensorTypeAndShapeInfo *info) {
    ((void (*)(OrtTensorTypeAndShapeInfo *))function_at(ReleaseTensorTypeAndShapeInfo))(info);
}

OrtStatus *ort_create_tensor(OrtAllocator *allocator, const int64_t *shape, size_t rank, int element, OrtValue **out) {
    return ((OrtStatus * (*)(OrtAllocator *, const int64_t *, size_t, int, OrtValue **))function_at(CreateTensorAsOrtValue))(allocator, shape, rank, element, out);
}

OrtStatus *ort_tensor_data(OrtValue *tensor, void **out) {
    return ((OrtStatus * (*)(OrtValue *, void **))function_at(GetTensorMutableData))(tensor, out);
}

OrtStatus *ort_tensor_info(const OrtValue *tensor, OrtTensorTypeAndShapeInfo **out) {
    return ((OrtStatus * (*)(const OrtValue *, OrtTensorTypeAndShapeInfo **))function_at(GetTensorTypeAndShape))(tensor, out);
}

OrtStatus *ort_fill_strings(OrtValue *tensor, const char *const *texts, size_t count) {
    return ((OrtStatus * (*)(OrtValue *, const char *const *, size_t))function_at(FillStringTensor))(tensor, texts, count);
}

OrtStatus *ort_string_bytes(const OrtValue *tensor, size_t *out) {
    return ((OrtStatus * (*)(const OrtValue *, size_t *))function_at(GetStringTensorDataLength))(tensor, out);
}

OrtStatus *ort_copy_strings(const OrtValue *tensor, void *bytes, size_t length, size_t *offsets, size_t count) {
    return ((OrtStatus * (*)(const OrtValue *, void *, size_t, size_t *, size_t))function_at(GetStringTensorContent))(tensor, bytes, length, offsets, count);
}

OrtStatus *ort_value_kind(const OrtValue *value, int *out) {
    return ((OrtStatus * (*)(const OrtValue *, int *))function_at(GetValueType))(value, out);
}

OrtStatus *ort_member_count(const OrtValue *value, size_t *out) {
    return ((OrtStatus * (*)(const OrtValue *, size_t *))function_at(GetValueCount))(value, out);
}

OrtStatus *ort_member(const OrtValue *value, int index, OrtAllocator *allocator, OrtValue **out) {
    return ((OrtStatus * (*)(const OrtValue *, int, OrtAllocator *, OrtValue **))function_at(GetValue))(value, index, allocator, out);
}

void ort_release_value(OrtValue *value) {
    ((void (*)(OrtValue *))function_at(ReleaseValue))(value);
}
