#include "CArrow.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// Arrow and Parquet are opened when a table is first read or written, with the C++ that speaks to them (Sources/ArrowBridge, a library of its own): to load and
// relocate them at every start would cost a program that plans or validates a third of its start.
static void *library;
static char reason[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
    library = dlopen("libProvisoArrow.so", RTLD_LAZY | RTLD_LOCAL);
    if (!library) snprintf(reason, sizeof reason, "Arrow cannot be loaded: %s", dlerror());
}

// NULL where there is no library, or it lacks the function.
static void *function_named(const char *name) {
    pthread_once(&once, open_library);
    void *function = library ? dlsym(library, name) : NULL;
    if (library && !function) snprintf(reason, sizeof reason, "libProvisoArrow.so lacks %s: it is not of this program's version", name);
    return function;
}

// As a program ends that its loader cannot complete, with the exit code of a machine that lacks something: no table is read or written without it.
static void *needed(const char *name) {
    void *function = function_named(name);
    if (function) return function;
    fprintf(stderr, "proviso: %s\n", reason);
    exit(3);
}

#define KNOWN(result, name, parameters)                                       \
    static result(*function) parameters;                                      \
    result(*known) parameters = __atomic_load_n(&function, __ATOMIC_RELAXED); \
    if (!known) {                                                             \
        known = (result(*) parameters)needed(#name);                          \
        __atomic_store_n(&function, known, __ATOMIC_RELAXED);                 \
    }

#define VALUE(result, name, parameters, arguments) \
    result name parameters {                       \
        KNOWN(result, name, parameters)            \
        return known arguments;                    \
    }

#define PROCEDURE(name, parameters, arguments) \
    void name parameters {                     \
        KNOWN(void, name, parameters)          \
        known arguments;                       \
    }

VALUE(int, carrow_read_parquet, (const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message),
       (bytes, count, names, name_count, table, message))
VALUE(int, carrow_parquet_header, (const uint8_t *bytes, size_t count, carrow_table **table, char **message), (bytes, count, table, message))
VALUE(int, carrow_parquet_group_rows, (const uint8_t *bytes, size_t count, int64_t **rows, size_t *groups, char **message),
       (bytes, count, rows, groups, message))
VALUE(int, carrow_read_csv, (const uint8_t *bytes, size_t count, const char *names, size_t name_count, const uint8_t *kinds, carrow_table
      **table, char **message),
       (bytes, count, names, name_count, kinds, table, message))
VALUE(int, carrow_read_ipc, (const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message),
       (bytes, count, names, name_count, table, message))
VALUE(int, carrow_read_supported, (const uint8_t *bytes, size_t count, int is_csv, carrow_table **table, char **message),
       (bytes, count, is_csv, table, message))
VALUE(size_t, carrow_table_skipped, (const carrow_table *table), (table))
VALUE(const char *, carrow_skipped_name, (const carrow_table *table, size_t index, size_t *length), (table, index, length))
VALUE(const char *, carrow_skipped_type, (const carrow_table *table, size_t index, size_t *length), (table, index, length))
VALUE(carrow_table *, carrow_table_new, (int64_t rows), (rows))
PROCEDURE(carrow_table_free, (carrow_table *table), (table))
VALUE(int64_t, carrow_table_rows, (const carrow_table *table), (table))
VALUE(size_t, carrow_table_columns, (const carrow_table *table), (table))
VALUE(const char *, carrow_column_name, (const carrow_table *table, size_t column, size_t *length), (table, column, length))
VALUE(int, carrow_column_kind, (const carrow_table *table, size_t column), (table, column))
VALUE(const void *, carrow_column_values, (const carrow_table *table, size_t column), (table, column))
VALUE(const uint8_t *, carrow_column_validity, (const carrow_table *table, size_t column), (table, column))
VALUE(size_t, carrow_column_category_count, (const carrow_table *table, size_t column), (table, column))
VALUE(const char *, carrow_column_category, (const carrow_table *table, size_t column, size_t index, size_t *length), (table, column, index, length))
PROCEDURE(carrow_table_add, (carrow_table *table, const char *name, int kind, const void *values, const uint8_t *validity),
       (table, name, kind, values, validity))
PROCEDURE(carrow_table_add_category, (carrow_table *table, const char *text, size_t length), (table, text, length))
PROCEDURE(carrow_table_add_note, (carrow_table *table, const char *name, const char *text, size_t length), (table, name, text, length))
VALUE(int, carrow_write_parquet, (const carrow_table *table, uint8_t **bytes, size_t *count, char **message), (table, bytes, count, message))
VALUE(int, carrow_write_ipc, (const carrow_table *table, uint8_t **bytes, size_t *count, char **message), (table, bytes, count, message))
VALUE(int, carrow_open_parquet, (const char *path, const char *names, size_t name_count, size_t first_group, int64_t group_count, int64_t
      batch_rows, carrow_reader **reader, char **message),
       (path, names, name_count, first_group, group_count, batch_rows, reader, message))
VALUE(int, carrow_open_csv, (const char *path, const char *names, size_t name_count, const uint8_t *kinds, int32_t block_bytes,
      carrow_reader **reader, char **message),
       (path, names, name_count, kinds, block_bytes, reader, message))
VALUE(int, carrow_read_next, (carrow_reader *reader, carrow_table **table, char **message), (reader, table, message))
PROCEDURE(carrow_reader_free, (carrow_reader *reader), (reader))
VALUE(size_t, carrow_reader_columns, (const carrow_reader *reader), (reader))
VALUE(const char *, carrow_reader_column, (const carrow_reader *reader, size_t column, size_t *length, int *kind), (reader, column, length, kind))
VALUE(size_t, carrow_reader_group_count, (const carrow_reader *reader), (reader))
VALUE(int64_t, carrow_reader_group_rows, (const carrow_reader *reader, size_t group), (reader, group))
VALUE(int, carrow_column_has_missing, (const carrow_table *table, size_t column), (table, column))
VALUE(int, carrow_open_writer, (const char *path, int64_t group_rows, carrow_writer **writer, char **message), (path, group_rows, writer, message))
VALUE(int, carrow_write_next, (carrow_writer *writer, const carrow_table *table, char **message), (writer, table, message))
VALUE(int, carrow_close_writer, (carrow_writer *writer, char **message), (writer, message))
PROCEDURE(carrow_writer_free, (carrow_writer *writer), (writer))

// Of the same heap, whoever allocated it.
void carrow_free(void *memory) { free(memory); }

const char *carrow_version(void) {
    const char *(*function)(void) = (const char *(*)(void))function_named("carrow_version");
    return function ? function() : "";
}
