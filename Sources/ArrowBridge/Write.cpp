#include "Arrays.hpp"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <parquet/arrow/writer.h>

#include <memory>

using namespace carrow;

namespace {

template <typename Builder, typename Element>
std::shared_ptr<arrow::Array> build(Builder &&builder, const std::vector<Element> &values, const std::vector<uint8_t> &validity) {
    check(builder.AppendValues(values.data(), static_cast<int64_t>(values.size()), validity.data()));
    std::shared_ptr<arrow::Array> array;
    check(builder.Finish(&array));
    return array;
}

std::shared_ptr<arrow::Array> category(const carrow_column &column) {
    arrow::StringBuilder builder;
    check(builder.AppendValues(column.categories));
    std::shared_ptr<arrow::Array> categories;
    check(builder.Finish(&categories));
    auto codes = build(arrow::Int32Builder(), column.codes, column.validity);
    auto result = arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()), codes, categories);
    check(result.status());
    return result.ValueUnsafe();
}

}  // namespace

namespace carrow {

std::shared_ptr<arrow::Array> arrowArray(const carrow_column &column) {
    switch (column.kind) {
    case CARROW_INTEGER: return build(arrow::Int64Builder(), column.integers, column.validity);
    case CARROW_DOUBLE: return build(arrow::DoubleBuilder(), column.doubles, column.validity);
    case CARROW_BOOLEAN: return build(arrow::BooleanBuilder(), column.booleans, column.validity);
    case CARROW_TIMESTAMP:
        return build(
            arrow::TimestampBuilder(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::default_memory_pool()), column.integers,
            column.validity);
    default: return category(column);
    }
}

}  // namespace carrow

namespace {

std::shared_ptr<arrow::Array> text(const carrow_column &column) {
    arrow::StringBuilder builder;
    for (size_t row = 0; row < column.codes.size(); ++row)
        check(column.validity[row] ? builder.Append(column.categories[static_cast<size_t>(column.codes[row])]) : builder.AppendNull());
    std::shared_ptr<arrow::Array> texts;
    check(builder.Finish(&texts));
    return texts;
}

void give(const std::shared_ptr<arrow::io::BufferOutputStream> &sink, uint8_t **bytes, size_t *count) {
    auto buffer = sink->Finish();
    check(buffer.status());
    *count = static_cast<size_t>((*buffer)->size());
    *bytes = static_cast<uint8_t *>(std::malloc(*count));
    if (!*bytes) throw std::bad_alloc();
    std::memcpy(*bytes, (*buffer)->data(), *count);
}

}  // namespace

int carrow_write_ipc(const carrow_table *table, uint8_t **bytes, size_t *count, char **message) {
    return guarded(message, [&] {
        std::vector<std::shared_ptr<arrow::Field>> fields;
        std::vector<std::shared_ptr<arrow::Array>> arrays;
        for (const carrow_column &column : table->columns) {
            arrays.push_back(column.kind == CARROW_CATEGORY ? text(column) : arrowArray(column));
            fields.push_back(arrow::field(column.name, arrays.back()->type()));
        }
        auto batch = arrow::RecordBatch::Make(arrow::schema(fields), table->rows, arrays);
        auto sink = arrow::io::BufferOutputStream::Create();
        check(sink.status());
        auto options = arrow::ipc::IpcWriteOptions::Defaults();
        options.use_threads = false;
        auto writer = arrow::ipc::MakeStreamWriter(*sink, batch->schema(), options);
        check(writer.status());
        check((*writer)->WriteRecordBatch(*batch));
        check((*writer)->Close());
        give(*sink, bytes, count);
    });
}

int carrow_write_parquet(const carrow_table *table, uint8_t **bytes, size_t *count, char **message) {
    return guarded(message, [&] {
        std::vector<std::shared_ptr<arrow::Field>> fields;
        std::vector<std::shared_ptr<arrow::Array>> arrays;
        for (const carrow_column &column : table->columns) {
            arrays.push_back(arrowArray(column));
            fields.push_back(arrow::field(column.name, arrays.back()->type()));
        }
        auto whole = arrow::Table::Make(
            arrow::schema(fields, table->notes.empty() ? nullptr : arrow::key_value_metadata(table->note_names, table->notes)), arrays,
            table->rows);
        auto sink = arrow::io::BufferOutputStream::Create();
        check(sink.status());
        auto properties = parquet::WriterProperties::Builder().compression(parquet::Compression::ZSTD)->build();
        auto schema = parquet::ArrowWriterProperties::Builder().store_schema()->build();
        check(parquet::arrow::WriteTable(
            *whole, arrow::default_memory_pool(), *sink, parquet::DEFAULT_MAX_ROW_GROUP_LENGTH, properties, schema));
        give(*sink, bytes, count);
    });
}
