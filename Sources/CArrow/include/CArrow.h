#ifndef PROVISO_CARROW_H
#define PROVISO_CARROW_H

// A small C interface to Arrow and Parquet C++: tables are read from memory into plain arrays of five kinds, and written back.
// No C++ exception leaves it, nothing runs on another thread, and every string is UTF-8 with its length.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum carrow_kind {
    CARROW_INTEGER = 1,    // int64_t
    CARROW_DOUBLE = 2,     // double
    CARROW_BOOLEAN = 3,    // uint8_t, 0 or 1
    CARROW_CATEGORY = 4,   // int32_t, index into the column's categories
    CARROW_TIMESTAMP = 5   // int64_t, microseconds since 1970-01-01T00:00:00Z
};

enum carrow_status {
    CARROW_OK = 0,
    CARROW_UNREADABLE = 1,        // message: what Arrow says
    CARROW_MISSING_COLUMN = 2,    // message: the column's name
    CARROW_DUPLICATE_COLUMN = 3,  // message: the column's name
    CARROW_UNSUPPORTED_TYPE = 4,  // message: "<type> in column '<name>'"
    CARROW_BAD_FIELD = 5,         // message: the column's name, a line break, and what is wrong in which row
    CARROW_IO = 6                 // message: what the system says; the file, not what is in it, is at fault
};

typedef struct carrow_table carrow_table;

// `message` receives text to be freed with carrow_free, unless the status is CARROW_OK. `names` holds `name_count` names, each
// ended by a zero byte, one behind the other; with a count of 0 all columns are read.
int carrow_read_parquet(const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message);

// The columns' names, of a table without rows. Reads the footer only.
int carrow_parquet_header(const uint8_t *bytes, size_t count, carrow_table **table, char **message);

// `rows` receives the rows of each of the file's `groups` row groups, to be freed with carrow_free. Reads the footer only.
int carrow_parquet_group_rows(const uint8_t *bytes, size_t count, int64_t **rows, size_t *groups, char **message);

// `kinds` has, for each name, the carrow_kind that its fields are read as, or 0 to infer it from them; NULL infers all.
int carrow_read_csv(
    const uint8_t *bytes, size_t count, const char *names, size_t name_count, const uint8_t *kinds, carrow_table **table, char **message);

// An Arrow IPC stream or file, whichever it is.
int carrow_read_ipc(const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message);

// All columns of a Parquet or CSV file but those of types that there is no support for, which are named instead.
int carrow_read_supported(const uint8_t *bytes, size_t count, int is_csv, carrow_table **table, char **message);
size_t carrow_table_skipped(const carrow_table *table);
const char *carrow_skipped_name(const carrow_table *table, size_t index, size_t *length);
const char *carrow_skipped_type(const carrow_table *table, size_t index, size_t *length);

carrow_table *carrow_table_new(int64_t rows);
void carrow_table_free(carrow_table *table);
void carrow_free(void *memory);

int64_t carrow_table_rows(const carrow_table *table);
size_t carrow_table_columns(const carrow_table *table);

// What these return lives as long as the table and is not changed.
const char *carrow_column_name(const carrow_table *table, size_t column, size_t *length);
int carrow_column_kind(const carrow_table *table, size_t column);
const void *carrow_column_values(const carrow_table *table, size_t column);
const uint8_t *carrow_column_validity(const carrow_table *table, size_t column);  // 1 where there is a value
size_t carrow_column_category_count(const carrow_table *table, size_t column);
const char *carrow_column_category(const carrow_table *table, size_t column, size_t index, size_t *length);

// Adds a column to a table made by carrow_table_new; `values` and `validity` have one element a row and are copied.
void carrow_table_add(carrow_table *table, const char *name, int kind, const void *values, const uint8_t *validity);
// Adds the next category to the column added last.
void carrow_table_add_category(carrow_table *table, const char *text, size_t length);

// Adds a name and a text to the schema's metadata, which only carrow_write_parquet writes.
void carrow_table_add_note(carrow_table *table, const char *name, const char *text, size_t length);

// Zstandard-compressed Parquet; `bytes` is to be freed with carrow_free.
int carrow_write_parquet(const carrow_table *table, uint8_t **bytes, size_t *count, char **message);

// One record batch as an uncompressed Arrow IPC stream; categories are plain texts. `bytes` is to be freed with carrow_free.
int carrow_write_ipc(const carrow_table *table, uint8_t **bytes, size_t *count, char **message);

// Arrow's version, such as `26.0.1`; lives for ever.
const char *carrow_version(void);

#ifdef __cplusplus
}
#endif

#include "CArrowStream.h"

#endif
