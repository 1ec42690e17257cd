#pragma once

#include "Table.hpp"

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <parquet/arrow/reader.h>

#include <memory>
#include <utility>

// What reading and writing share, whole or in pieces.
namespace carrow {

inline void check(const arrow::Status &status, int code = CARROW_UNREADABLE) {
    if (status.ok()) return;
    // What the system answered stands apart from the message.
    throw Failure(code, status.detail() ? status.message() + " " + status.detail()->ToString() : status.message());
}

template <typename Value>
Value take(arrow::Result<Value> result, int code = CARROW_UNREADABLE) {
    check(result.status(), code);
    return std::move(result).ValueUnsafe();
}

std::vector<int> positions(const arrow::Schema &schema, const char *names, size_t count);
std::vector<int> leafColumns(parquet::arrow::FileReader &file, const arrow::Schema &schema, const std::vector<int> &wanted);
// `skip`: leaves out columns of types that are not supported, and rounds times down; `before`: rows of the file that came before; `header`: whether the
// first row is the header, which messages count.
std::unique_ptr<carrow_table> plain(std::shared_ptr<arrow::Table> table, bool skip = false, int64_t before = 0, bool header = false);
std::shared_ptr<arrow::DataType> declared(uint8_t kind);
arrow::csv::ConvertOptions csvOptions();
Failure named(const std::string &message, const arrow::Schema &schema);
std::shared_ptr<arrow::Array> arrowArray(const carrow_column &column);

}  // namespace carrow
