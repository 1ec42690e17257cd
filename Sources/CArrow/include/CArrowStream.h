#ifndef PROVISO_CARROW_STREAM_H
#define PROVISO_CARROW_STREAM_H

// Tables piece by piece, from and to files: what is in memory at one time is one piece, whatever the size of the file.

#include "CArrow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct carrow_reader carrow_reader;
typedef struct carrow_writer carrow_writer;

// `names` as for carrow_read_parquet. A reader gives pieces of at most `batch_rows` rows of the row groups from `first_group` on, `group_count` of
// them; a negative count takes them all.
int carrow_open_parquet(
    const char *path, const char *names, size_t name_count, size_t first_group, int64_t group_count, int64_t batch_rows, carrow_reader **reader,
    char **message);

// Pieces of about `block_bytes` bytes of text. What is not given a kind is inferred from the first piece, and a later field that is something else is
// an error. Columns that are not named are not converted.
int carrow_open_csv(
    const char *path, const char *names, size_t name_count, const uint8_t *kinds, int32_t block_bytes, carrow_reader **reader, char **message);

// The next piece, to be freed with carrow_table_free; NULL at the end.
int carrow_read_next(carrow_reader *reader, carrow_table **table, char **message);
void carrow_reader_free(carrow_reader *reader);

// The columns that it gives, in order; 0 for a kind that only the values will tell.
size_t carrow_reader_columns(const carrow_reader *reader);
const char *carrow_reader_column(const carrow_reader *reader, size_t column, size_t *length, int *kind);
// Rows of each row group of the whole file; none for CSV.
size_t carrow_reader_group_count(const carrow_reader *reader);
int64_t carrow_reader_group_rows(const carrow_reader *reader, size_t group);

// Whether any value of a column is missing: where not, its validity need not be looked at.
int carrow_column_has_missing(const carrow_table *table, size_t column);

// Zstandard-compressed Parquet, written as it comes: row groups of `group_rows` rows, whatever the pieces. The file must not exist. The same pieces in
// the same order give the same bytes.
int carrow_open_writer(const char *path, int64_t group_rows, carrow_writer **writer, char **message);
// Every piece has the columns of the first.
int carrow_write_next(carrow_writer *writer, const carrow_table *table, char **message);
// Ends the file. Its bytes are not yet synced to the disk.
int carrow_close_writer(carrow_writer *writer, char **message);
void carrow_writer_free(carrow_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
