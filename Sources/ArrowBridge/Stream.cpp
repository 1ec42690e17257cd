#include "Arrays.hpp"

#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include <cerrno>
#include <unistd.h>

using namespace carrow;

struct carrow_reader {
    std::shared_ptr<arrow::Schema> schema;
    std::vector<int64_t> groups;
    // The order in which the columns were asked for, among those that the source gives.
    std::vector<int> order;
    std::unique_ptr<parquet::arrow::FileReader> file;
    std::shared_ptr<arrow::RecordBatchReader> batches;
    // For the names in messages of a CSV file, whose columns are numbered.
    std::shared_ptr<arrow::Schema> header;
    // That were read, or lie before those that are.
    int64_t rows = 0;
};

struct carrow_writer {
    std::shared_ptr<arrow::io::FileOutputStream> sink;
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    std::shared_ptr<arrow::Schema> schema;
    int64_t groupRows;
};

namespace {

int kindOf(const arrow::DataType &type) {
    switch (type.id()) {
    case arrow::Type::INT8: case arrow::Type::INT16: case arrow::Type::INT32: case arrow::Type::INT64: case arrow::Type::UINT8:
    case arrow::Type::UINT16: case arrow::Type::UINT32: case arrow::Type::UINT64:
        return CARROW_INTEGER;
    case arrow::Type::FLOAT: case arrow::Type::DOUBLE: case arrow::Type::DECIMAL128: return CARROW_DOUBLE;
    case arrow::Type::BOOL: return CARROW_BOOLEAN;
    case arrow::Type::STRING: case arrow::Type::LARGE_STRING: case arrow::Type::STRING_VIEW: return CARROW_CATEGORY;
    case arrow::Type::TIMESTAMP: case arrow::Type::DATE32: case arrow::Type::DATE64: return CARROW_TIMESTAMP;
    case arrow::Type::DICTIONARY: return kindOf(*static_cast<const arrow::DictionaryType &>(type).value_type());
    default: return 0;
    }
}

std::shared_ptr<arrow::io::ReadableFile> opened(const char *path) {
    return take(arrow::io::ReadableFile::Open(path), CARROW_IO);
}

arrow::csv::ReadOptions blocks(int32_t bytes) {
    auto options = arrow::csv::ReadOptions::Defaults();
    options.use_threads = false;
    options.block_size = bytes;
    return options;
}

arrow::csv::ParseOptions parsing() {
    auto options = arrow::csv::ParseOptions::Defaults();
    options.newlines_in_values = true;
    return options;
}

std::shared_ptr<arrow::csv::StreamingReader> csvStream(const char *path, int32_t bytes, const arrow::csv::ConvertOptions &options) {
    return take(arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), opened(path), blocks(bytes), parsing(), options));
}

// Where each wanted column stands in what the source gives, which may be in another order.
std::vector<int> orderIn(const arrow::Schema &given, const arrow::Schema &whole, const std::vector<int> &wanted) {
    std::vector<int> order;
    for (int position : wanted) order.push_back(given.GetFieldIndex(whole.field(position)->name()));
    return order;
}

}  // namespace

int carrow_open_parquet(
    const char *path, const char *names, size_t name_count, size_t first_group, int64_t group_count, int64_t batch_rows, carrow_reader **reader,
    char **message) {
    return guarded(message, [&] {
        auto made = std::make_unique<carrow_reader>();
        // Pages are read as they are needed; without this a whole column of a row group is.
        parquet::ReaderProperties properties(arrow::default_memory_pool());
        properties.enable_buffered_stream();
        properties.set_buffer_size(1 << 18);
        properties.set_page_checksum_verification(true);
        parquet::ArrowReaderProperties arrowProperties(false);
        arrowProperties.set_batch_size(batch_rows);
        arrowProperties.set_pre_buffer(false);
        parquet::arrow::FileReaderBuilder builder;
        check(builder.Open(opened(path), properties));
        made->file = take(builder.memory_pool(arrow::default_memory_pool())->properties(arrowProperties)->Build());
        std::shared_ptr<arrow::Schema> schema;
        check(made->file->GetSchema(&schema));
        auto metadata = made->file->parquet_reader()->metadata();
        std::vector<int> groups;
        for (int group = 0; group < metadata->num_row_groups(); ++group) {
            made->groups.push_back(metadata->RowGroup(group)->num_rows());
            auto place = static_cast<size_t>(group);
            if (place < first_group) made->rows += metadata->RowGroup(group)->num_rows();
            if (place >= first_group && (group_count < 0 || place - first_group < static_cast<size_t>(group_count))) groups.push_back(group);
        }
        auto wanted = positions(*schema, names, name_count);
        auto leaves = leafColumns(*made->file, *schema, wanted);
        made->batches = take(made->file->GetRecordBatchReader(groups, leaves));
        made->order = orderIn(*made->batches->schema(), *schema, wanted);
        made->schema = made->batches->schema();
        *reader = made.release();
    });
}

int carrow_open_csv(
    const char *path, const char *names, size_t name_count, const uint8_t *kinds, int32_t block_bytes, carrow_reader **reader, char **message) {
    return guarded(message, [&] {
        auto made = std::make_unique<carrow_reader>();
        auto options = csvOptions();
        made->header = csvStream(path, block_bytes, options)->schema();
        auto wanted = positions(*made->header, names, name_count);
        const char *name = names;
        for (size_t index = 0; index < name_count; index++, name += std::strlen(name) + 1) {
            options.include_columns.emplace_back(name);
            if (auto type = kinds ? declared(kinds[index]) : nullptr) options.column_types[name] = type;
        }
        auto stream = arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), opened(path), blocks(block_bytes), parsing(), options);
        if (!stream.ok()) throw named(stream.status().message(), *made->header);
        made->batches = std::move(stream).ValueUnsafe();
        made->schema = made->batches->schema();
        made->order = orderIn(*made->schema, *made->header, wanted);
        *reader = made.release();
    });
}

int carrow_read_next(carrow_reader *reader, carrow_table **table, char **message) {
    return guarded(message, [&] {
        std::shared_ptr<arrow::RecordBatch> batch;
        auto status = reader->batches->ReadNext(&batch);
        if (!status.ok() && reader->header) throw named(status.message(), *reader->header);
        check(status);
        *table = nullptr;
        if (!batch) return;
        // A batch's dictionaries are its own; the text of a category is what counts from here on.
        auto whole = take(arrow::Table::FromRecordBatches({batch}));
        *table = plain(take(whole->SelectColumns(reader->order)), false, reader->rows, reader->header != nullptr).release();
        reader->rows += batch->num_rows();
    });
}

void carrow_reader_free(carrow_reader *reader) { delete reader; }
size_t carrow_reader_columns(const carrow_reader *reader) { return reader->order.size(); }

const char *carrow_reader_column(const carrow_reader *reader, size_t column, size_t *length, int *kind) {
    const auto &field = reader->schema->field(reader->order[column]);
    *length = field->name().size();
    *kind = kindOf(*field->type());
    return field->name().data();
}

size_t carrow_reader_group_count(const carrow_reader *reader) { return reader->groups.size(); }
int64_t carrow_reader_group_rows(const carrow_reader *reader, size_t group) { return reader->groups[group]; }

int carrow_open_writer(const char *path, int64_t group_rows, carrow_writer **writer, char **message) {
    return guarded(message, [&] {
        if (access(path, F_OK) == 0) throw Failure(CARROW_IO, std::string("there is a file '") + path + "' already");
        auto made = std::make_unique<carrow_writer>();
        made->sink = take(arrow::io::FileOutputStream::Open(path), CARROW_IO);
        made->groupRows = group_rows;
        *writer = made.release();
    });
}

int carrow_write_next(carrow_writer *writer, const carrow_table *table, char **message) {
    return guarded(message, [&] {
        std::vector<std::shared_ptr<arrow::Array>> arrays;
        std::vector<std::shared_ptr<arrow::Field>> fields;
        for (const carrow_column &column : table->columns) {
            arrays.push_back(arrowArray(column));
            fields.push_back(arrow::field(column.name, arrays.back()->type()));
        }
        auto schema = arrow::schema(fields);
        if (!writer->writer) {
            auto properties = parquet::WriterProperties::Builder()
                                  .compression(parquet::Compression::ZSTD)
                                  ->max_row_group_length(writer->groupRows)
                                  ->enable_page_checksum()
                                  ->build();
            auto arrowProperties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
            writer->writer = take(
                parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), writer->sink, properties, arrowProperties), CARROW_IO);
            writer->schema = schema;
        }
        if (!schema->Equals(*writer->schema)) throw Failure(CARROW_UNREADABLE, "a piece has other columns than the first");
        check(writer->writer->WriteRecordBatch(*arrow::RecordBatch::Make(schema, table->rows, arrays)), CARROW_IO);
    });
}

int carrow_close_writer(carrow_writer *writer, char **message) {
    return guarded(message, [&] {
        if (!writer->writer) throw Failure(CARROW_UNREADABLE, "nothing was written, so its columns are not known");
        check(writer->writer->Close(), CARROW_IO);
        check(writer->sink->Close(), CARROW_IO);
    });
}

void carrow_writer_free(carrow_writer *writer) {
    if (!writer) return;
    // A writer that is given up half way must not end its file: what was closed is closed, and the rest goes with the temporary file.
    if (writer->sink && !writer->sink->closed()) (void)writer->sink->Abort();
    delete writer;
}

int carrow_column_has_missing(const carrow_table *table, size_t column) {
    const auto &validity = table->columns[column].validity;
    return std::memchr(validity.data(), 0, validity.size()) != nullptr;
}
