#include "Arrays.hpp"

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <arrow/util/decimal.h>
#include <arrow/util/value_parsing.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <regex>
#include <set>
#include <string_view>
#include <unordered_map>

using namespace carrow;

namespace {

// Copies a primitive array; `convert` sees valid values only, so that a null's slot is always zero.
template <typename ArrayType, typename Element, typename Convert>
void copyValues(const arrow::Array &array, std::vector<Element> &out, Convert convert) {
    const auto &typed = static_cast<const ArrayType &>(array);
    out.assign(static_cast<size_t>(typed.length()), Element());
    for (int64_t row = 0; row < typed.length(); ++row)
        if (typed.IsValid(row)) out[static_cast<size_t>(row)] = convert(typed.Value(row));
}

template <typename ArrayType>
void integers(const arrow::Array &array, carrow_column &column) {
    column.kind = CARROW_INTEGER;
    copyValues<ArrayType>(array, column.integers, [](auto value) { return static_cast<int64_t>(value); });
}

template <typename ArrayType>
void doubles(const arrow::Array &array, carrow_column &column) {
    column.kind = CARROW_DOUBLE;
    copyValues<ArrayType>(array, column.doubles, [](auto value) { return static_cast<double>(value); });
}

template <typename ArrayType>
void texts(const arrow::Array &array, carrow_column &column) {
    const auto &typed = static_cast<const ArrayType &>(array);
    column.kind = CARROW_CATEGORY;
    column.codes.assign(static_cast<size_t>(typed.length()), 0);
    std::unordered_map<std::string_view, int32_t> codes;  // views into the array, which outlives the map
    for (int64_t row = 0; row < typed.length(); ++row) {
        if (typed.IsNull(row)) continue;
        std::string_view text = typed.GetView(row);
        auto [entry, isNew] = codes.try_emplace(text, static_cast<int32_t>(codes.size()));
        if (isNew) column.categories.emplace_back(text);
        column.codes[static_cast<size_t>(row)] = entry->second;
    }
}

int64_t floorDivide(int64_t value, int64_t divisor) {
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

int64_t scaled(int64_t value, int64_t factor, const std::string &name) {
    int64_t result;
    if (__builtin_mul_overflow(value, factor, &result))
        throw Failure(CARROW_UNREADABLE, "a time in column '" + name + "' is out of range");
    return result;
}

// Whether a row's time is finer than a microsecond.
bool isFiner(const arrow::Array &array, int64_t row) {
    if (array.type_id() != arrow::Type::TIMESTAMP || array.IsNull(row)) return false;
    auto unit = static_cast<const arrow::TimestampType &>(*array.type()).unit();
    return unit == arrow::TimeUnit::NANO && static_cast<const arrow::TimestampArray &>(array).Value(row) % 1000 != 0;
}

void timestamps(const arrow::Array &array, carrow_column &column) {
    column.kind = CARROW_TIMESTAMP;
    auto unit = static_cast<const arrow::TimestampType &>(*array.type()).unit();
    copyValues<arrow::TimestampArray>(array, column.integers, [&](int64_t value) {
        switch (unit) {
        case arrow::TimeUnit::SECOND: return scaled(value, 1000000, column.name);
        case arrow::TimeUnit::MILLI: return scaled(value, 1000, column.name);
        case arrow::TimeUnit::MICRO: return value;
        default: return floorDivide(value, 1000);
        }
    });
    for (int64_t row = 0; row < array.length() && column.coarseRow < 0; ++row)
        if (isFiner(array, row)) column.coarseRow = row;
}

void convert(const std::shared_ptr<arrow::Array> &array, carrow_column &column);

// A dictionary's codes, which are unified across chunks by now. A null in the dictionary makes the row null.
void dictionary(const arrow::Array &array, carrow_column &column) {
    const auto &typed = static_cast<const arrow::DictionaryArray &>(array);
    carrow_column values;
    values.name = column.name;
    convert(typed.dictionary(), values);
    auto pick = [&](auto &to, const auto &from) {
        to.assign(static_cast<size_t>(typed.length()), {});
        for (int64_t row = 0; row < typed.length(); ++row) {
            if (typed.IsNull(row)) continue;
            auto index = static_cast<size_t>(typed.GetValueIndex(row));
            if (values.validity[index]) to[static_cast<size_t>(row)] = from[index];
            else column.validity[static_cast<size_t>(row)] = 0;
        }
    };
    column.kind = values.kind;
    switch (values.kind) {
    case CARROW_CATEGORY:
        pick(column.codes, values.codes);
        column.categories = std::move(values.categories);
        break;
    case CARROW_DOUBLE: pick(column.doubles, values.doubles); break;
    case CARROW_BOOLEAN: pick(column.booleans, values.booleans); break;
    default: pick(column.integers, values.integers);
    }
    for (int64_t row = 0; values.coarseRow >= 0 && row < typed.length() && column.coarseRow < 0; ++row)
        if (typed.IsValid(row) && isFiner(*typed.dictionary(), typed.GetValueIndex(row))) column.coarseRow = row;
}

// Fills kind, values and validity.
void convert(const std::shared_ptr<arrow::Array> &array, carrow_column &column) {
    column.validity.assign(static_cast<size_t>(array->length()), 1);
    for (int64_t row = 0; row < array->length(); ++row)
        if (array->IsNull(row)) column.validity[static_cast<size_t>(row)] = 0;
    switch (array->type_id()) {
    case arrow::Type::INT8: return integers<arrow::Int8Array>(*array, column);
    case arrow::Type::INT16: return integers<arrow::Int16Array>(*array, column);
    case arrow::Type::INT32: return integers<arrow::Int32Array>(*array, column);
    case arrow::Type::INT64: return integers<arrow::Int64Array>(*array, column);
    case arrow::Type::UINT8: return integers<arrow::UInt8Array>(*array, column);
    case arrow::Type::UINT16: return integers<arrow::UInt16Array>(*array, column);
    case arrow::Type::UINT32: return integers<arrow::UInt32Array>(*array, column);
    case arrow::Type::UINT64:
        column.kind = CARROW_INTEGER;
        return copyValues<arrow::UInt64Array>(*array, column.integers, [&](uint64_t value) {
            if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
                throw Failure(CARROW_UNREADABLE, "an integer in column '" + column.name + "' does not fit in 64 signed bits");
            return static_cast<int64_t>(value);
        });
    case arrow::Type::FLOAT: return doubles<arrow::FloatArray>(*array, column);
    case arrow::Type::DOUBLE: return doubles<arrow::DoubleArray>(*array, column);
    case arrow::Type::BOOL:
        column.kind = CARROW_BOOLEAN;
        return copyValues<arrow::BooleanArray>(*array, column.booleans, [](bool value) { return static_cast<uint8_t>(value); });
    case arrow::Type::STRING: return texts<arrow::StringArray>(*array, column);
    case arrow::Type::LARGE_STRING: return texts<arrow::LargeStringArray>(*array, column);
    case arrow::Type::STRING_VIEW: return texts<arrow::StringViewArray>(*array, column);
    case arrow::Type::DICTIONARY: return dictionary(*array, column);
    case arrow::Type::TIMESTAMP: return timestamps(*array, column);
    case arrow::Type::DATE32:
        column.kind = CARROW_TIMESTAMP;
        return copyValues<arrow::Date32Array>(*array, column.integers, [](int32_t day) { return int64_t(day) * 86400000000; });
    case arrow::Type::DATE64:
        column.kind = CARROW_TIMESTAMP;
        return copyValues<arrow::Date64Array>(
            *array, column.integers, [&](int64_t value) { return scaled(value, 1000, column.name); });
    case arrow::Type::DECIMAL128: {
        column.kind = CARROW_DOUBLE;
        const auto &typed = static_cast<const arrow::Decimal128Array &>(*array);
        int32_t scale = static_cast<const arrow::Decimal128Type &>(*array->type()).scale();
        column.doubles.assign(static_cast<size_t>(typed.length()), 0);
        for (int64_t row = 0; row < typed.length(); ++row)
            if (typed.IsValid(row)) column.doubles[static_cast<size_t>(row)] = arrow::Decimal128(typed.GetValue(row)).ToDouble(scale);
        return;
    }
    case arrow::Type::NA:  // a column without a single value
        column.kind = CARROW_DOUBLE;
        column.doubles.assign(static_cast<size_t>(array->length()), 0);
        return;
    default: throw Failure(CARROW_UNSUPPORTED_TYPE, array->type()->ToString() + " in column '" + column.name + "'");
    }
}

}  // namespace

namespace carrow {

// The positions of the wanted columns, or all of them, in a schema whose names must be unique.
std::vector<int> positions(const arrow::Schema &schema, const char *names, size_t count) {
    std::set<std::string> seen;
    for (const auto &field : schema.fields())
        if (!seen.insert(field->name()).second) throw Failure(CARROW_DUPLICATE_COLUMN, field->name());
    std::vector<int> found;
    if (count == 0) {
        for (int position = 0; position < schema.num_fields(); ++position) found.push_back(position);
        return found;
    }
    for (const char *name = names; found.size() < count; name += std::strlen(name) + 1) {
        int position = schema.GetFieldIndex(name);
        if (position < 0) throw Failure(CARROW_MISSING_COLUMN, name);
        if (std::find(found.begin(), found.end(), position) != found.end()) throw Failure(CARROW_DUPLICATE_COLUMN, name);
        found.push_back(position);
    }
    return found;
}

// Parquet counts the leaves of nested columns, so those are refused before their data is read.
std::vector<int> leafColumns(parquet::arrow::FileReader &file, const arrow::Schema &schema, const std::vector<int> &wanted) {
    std::vector<int> leaves;
    for (int position : wanted) {
        auto type = schema.field(position)->type();
        if (type->num_fields() > 0) {
            throw Failure(CARROW_UNSUPPORTED_TYPE, type->ToString() + " in column '" + schema.field(position)->name() + "'");
        }
        leaves.push_back(file.parquet_reader()->metadata()->schema()->ColumnIndex(schema.field(position)->name()));
    }
    return leaves;
}

// Each chunk may have a dictionary of its own: unify them, then join the chunks, column by column in the wanted order.
std::unique_ptr<carrow_table> plain(std::shared_ptr<arrow::Table> table, bool skip, int64_t before, bool header) {
    auto unified = take(arrow::DictionaryUnifier::UnifyTable(*table));
    auto combined = take(unified->CombineChunks());
    auto result = std::make_unique<carrow_table>();
    result->rows = combined->num_rows();
    for (int index = 0; index < combined->num_columns(); ++index) {
        carrow_column column;
        column.name = combined->field(index)->name();
        auto chunks = combined->column(index);
        auto array = chunks->num_chunks() == 1 ? chunks->chunk(0) : take(arrow::MakeEmptyArray(chunks->type()));
        try {
            convert(array, column);
        } catch (const Failure &failure) {
            if (!skip || failure.status != CARROW_UNSUPPORTED_TYPE) throw;
            result->skipped_names.push_back(column.name);
            result->skipped_types.push_back(array->type()->ToString());
            continue;
        }
        // What is joined as it was known at a time must not see what was known only within the same microsecond. Who reads whatever a table has joins nothing.
        if (column.coarseRow >= 0 && !skip)
            throw Failure(
                CARROW_BAD_FIELD,
                column.name + "\nrow " + std::to_string(before + column.coarseRow + (header ? 2 : 1)) + (header ? " (counting the header)" : "")
                    + ": its time is finer than a microsecond: round it to one");
        result->columns.push_back(std::move(column));
    }
    return result;
}

}  // namespace carrow

namespace {

std::shared_ptr<arrow::io::BufferReader> reader(const uint8_t *bytes, size_t count) {
    return std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(bytes, static_cast<int64_t>(count)));
}

std::shared_ptr<arrow::csv::TableReader> csv(const uint8_t *bytes, size_t count, const arrow::csv::ConvertOptions &options) {
    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;
    // Types are inferred from the first block: one block, so that a late row cannot contradict it.
    read.block_size = static_cast<int32_t>(std::min<size_t>(count + 1, std::numeric_limits<int32_t>::max()));
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;
    return take(
        arrow::csv::TableReader::Make(arrow::io::IOContext(arrow::default_memory_pool()), reader(bytes, count), read, parse, options));
}

}  // namespace

namespace carrow {

// Dates are left to inference, which knows more of their spellings than one type does.
std::shared_ptr<arrow::DataType> declared(uint8_t kind) {
    switch (kind) {
        case CARROW_INTEGER: return arrow::int64();
        case CARROW_DOUBLE: return arrow::float64();
        case CARROW_BOOLEAN: return arrow::boolean();
        case CARROW_CATEGORY: return arrow::utf8();
        default: return nullptr;
    }
}

// Arrow's name of a type as a Dataset declares it.
static std::string declaredName(const std::string &type) {
    if (type == "double") return "float";
    if (type == "int64") return "integer";
    if (type == "bool") return "boolean";
    return type == "string" ? "text" : type;
}

// "In CSV column #3: Row #5: CSV conversion error to …" with the column's name.
Failure named(const std::string &message, const arrow::Schema &schema) {
    static const std::regex pattern("^In CSV column #([0-9]+): (?:Row #([0-9]+): )?(?:CSV conversion error to ([^:]+): )?");
    std::smatch match;
    if (!std::regex_search(message, match, pattern)) return Failure(CARROW_UNREADABLE, message);
    auto column = std::stoul(match[1]);
    if (column >= static_cast<size_t>(schema.num_fields())) return Failure(CARROW_UNREADABLE, message);
    std::string text = schema.field(static_cast<int>(column))->name() + "\n";
    if (match[2].matched) text += "row " + match[2].str() + " (counting the header): ";
    if (match[3].matched) text += "no " + declaredName(match[3].str()) + ", ";
    return Failure(CARROW_BAD_FIELD, text + match.suffix().str());
}

// Inference makes texts of a column of times as soon as one is none, or lies beyond the years that nanoseconds reach (1677 to 2262): read as microseconds, or say which is none.
static std::shared_ptr<arrow::ChunkedArray> times(const arrow::ChunkedArray &column, const std::string &name) {
    static const std::shared_ptr<arrow::TimestampParser> parser = arrow::TimestampParser::MakeISO8601();
    arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::MICRO), arrow::default_memory_pool());
    int64_t row = 1, first = 0;
    bool isZoned = false;
    auto failure = [&](const std::string &message) {
        return Failure(CARROW_BAD_FIELD, name + "\nrow " + std::to_string(row) + " (counting the header): " + message);
    };
    for (const auto &chunk : column.chunks()) {
        const auto &texts = static_cast<const arrow::StringArray &>(*chunk);
        for (int64_t index = 0; index < texts.length(); index++) {
            row += 1;
            if (texts.IsNull(index)) {
                check(builder.AppendNull());
                continue;
            }
            int64_t time;
            bool zoned;
            auto text = texts.GetView(index);
            if (!(*parser)(text.data(), text.size(), arrow::TimeUnit::MICRO, &time, &zoned))
                throw failure("no timestamp to the microsecond, invalid value '" + std::string(text) + "'");
            if (first == 0) {
                first = row;
                isZoned = zoned;
            }
            if (zoned != isZoned)
                throw failure(std::string("a time ") + (zoned ? "with" : "without") + " an offset from UTC, where row " + std::to_string(first) + " has "
                    + (zoned ? "none" : "one"));
            check(builder.Append(time));
        }
    }
    return std::make_shared<arrow::ChunkedArray>(take(builder.Finish()));
}

arrow::csv::ConvertOptions csvOptions() {
    auto options = arrow::csv::ConvertOptions::Defaults();
    options.null_values = {"", "NA", "N/A", "NaN", "nan", "null", "NULL"};
    options.strings_can_be_null = true;
    options.quoted_strings_can_be_null = false;
    return options;
}

}  // namespace carrow

int carrow_read_parquet(const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message) {
    return guarded(message, [&] {
        auto file = take(parquet::arrow::OpenFile(reader(bytes, count), arrow::default_memory_pool()));
        file->set_use_threads(false);
        std::shared_ptr<arrow::Schema> schema;
        check(file->GetSchema(&schema));
        auto wanted = positions(*schema, names, name_count);
        auto leaves = leafColumns(*file, *schema, wanted);
        std::shared_ptr<arrow::Table> read = take(file->ReadTable(leaves));
        *table = plain(take(read->SelectColumns(positions(*read->schema(), names, name_count)))).release();
    });
}

int carrow_parquet_header(const uint8_t *bytes, size_t count, carrow_table **table, char **message) {
    return guarded(message, [&] {
        auto file = take(parquet::arrow::OpenFile(reader(bytes, count), arrow::default_memory_pool()));
        std::shared_ptr<arrow::Schema> schema;
        check(file->GetSchema(&schema));
        auto header = std::make_unique<carrow_table>();
        for (const auto &field : schema->fields()) {
            header->columns.emplace_back();
            header->columns.back().name = field->name();
        }
        *table = header.release();
    });
}

int carrow_parquet_group_rows(const uint8_t *bytes, size_t count, int64_t **rows, size_t *groups, char **message) {
    return guarded(message, [&] {
        auto metadata = parquet::ParquetFileReader::Open(reader(bytes, count))->metadata();
        *groups = static_cast<size_t>(metadata->num_row_groups());
        *rows = static_cast<int64_t *>(std::malloc(std::max<size_t>(1, *groups) * sizeof(int64_t)));
        if (*rows == nullptr) throw std::bad_alloc();
        for (size_t group = 0; group < *groups; ++group) (*rows)[group] = metadata->RowGroup(static_cast<int>(group))->num_rows();
    });
}

int carrow_read_ipc(const uint8_t *bytes, size_t count, const char *names, size_t name_count, carrow_table **table, char **message) {
    return guarded(message, [&] {
        auto options = arrow::ipc::IpcReadOptions::Defaults();
        options.use_threads = false;
        std::shared_ptr<arrow::Table> read;
        if (count >= 6 && std::memcmp(bytes, "ARROW1", 6) == 0) {
            auto file = take(arrow::ipc::RecordBatchFileReader::Open(reader(bytes, count), options));
            std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
            for (int index = 0; index < file->num_record_batches(); ++index) batches.push_back(take(file->ReadRecordBatch(index)));
            read = take(arrow::Table::FromRecordBatches(file->schema(), batches));
        } else {
            auto stream = take(arrow::ipc::RecordBatchStreamReader::Open(reader(bytes, count), options));
            read = take(stream->ToTable());
        }
        check(read->ValidateFull());  // offsets and indices of a damaged stream may point anywhere
        *table = plain(take(read->SelectColumns(positions(*read->schema(), names, name_count)))).release();
    });
}

int carrow_read_csv(
    const uint8_t *bytes, size_t count, const char *names, size_t name_count, const uint8_t *kinds, carrow_table **table, char **message) {
    return guarded(message, [&] {
        auto options = csvOptions();
        auto inferring = options;
        const char *name = names;
        for (size_t index = 0; kinds && index < name_count; index++, name += std::strlen(name) + 1) {
            if (auto type = declared(kinds[index])) options.column_types[name] = type;
        }
        auto result = csv(bytes, count, options)->Read();
        if (!result.ok() && !options.column_types.empty()) {
            // Arrow numbers the column; the header, which is read again for this, names it.
            auto header = csv(bytes, count, inferring)->Read();
            if (header.ok()) {
                auto schema = header.ValueUnsafe()->schema();
                positions(*schema, names, name_count);  // a column that is not there, or twice, explains more than a field
                throw named(result.status().message(), *schema);
            }
        }
        auto whole = take(std::move(result));
        auto read = take(whole->SelectColumns(positions(*whole->schema(), names, name_count)));
        name = names;
        for (size_t index = 0; kinds && index < name_count; index++, name += std::strlen(name) + 1) {
            auto place = static_cast<int>(index);
            if (kinds[index] != CARROW_TIMESTAMP || read->column(place)->type()->id() != arrow::Type::STRING) continue;
            auto found = times(*read->column(place), name);
            read = take(read->SetColumn(place, arrow::field(name, found->type()), found));
        }
        *table = plain(read, false, 0, true).release();
    });
}

int carrow_read_supported(const uint8_t *bytes, size_t count, int is_csv, carrow_table **table, char **message) {
    return guarded(message, [&] {
        if (is_csv) {
            auto whole = take(csv(bytes, count, csvOptions())->Read());
            positions(*whole->schema(), nullptr, 0);  // names must be unique
            *table = plain(whole, true).release();
            return;
        }
        auto file = take(parquet::arrow::OpenFile(reader(bytes, count), arrow::default_memory_pool()));
        file->set_use_threads(false);
        std::shared_ptr<arrow::Schema> schema;
        check(file->GetSchema(&schema));
        std::vector<int> flat;
        std::vector<std::string> names, types;
        for (int position : positions(*schema, nullptr, 0)) {
            const auto &field = schema->field(position);
            if (field->type()->num_fields() == 0) {
                flat.push_back(position);
            } else {
                names.push_back(field->name());
                types.push_back(field->type()->ToString());
            }
        }
        std::unique_ptr<carrow_table> read;
        if (flat.empty()) {
            read = std::make_unique<carrow_table>();
            read->rows = file->parquet_reader()->metadata()->num_rows();
        } else {
            std::shared_ptr<arrow::Table> whole = take(file->ReadTable(leafColumns(*file, *schema, flat)));
            read = plain(whole, true);
        }
        read->skipped_names.insert(read->skipped_names.end(), names.begin(), names.end());
        read->skipped_types.insert(read->skipped_types.end(), types.begin(), types.end());
        *table = read.release();
    });
}
