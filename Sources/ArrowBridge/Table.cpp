#include "Table.hpp"

#include <arrow/config.h>

carrow_table *carrow_table_new(int64_t rows) {
    auto *table = new carrow_table();
    table->rows = rows;
    return table;
}

void carrow_table_free(carrow_table *table) { delete table; }
const char *carrow_version(void) { return arrow::GetBuildInfo().version_string.c_str(); }
int64_t carrow_table_rows(const carrow_table *table) { return table->rows; }
size_t carrow_table_skipped(const carrow_table *table) { return table->skipped_names.size(); }

const char *carrow_skipped_name(const carrow_table *table, size_t index, size_t *length) {
    *length = table->skipped_names[index].size();
    return table->skipped_names[index].data();
}

const char *carrow_skipped_type(const carrow_table *table, size_t index, size_t *length) {
    *length = table->skipped_types[index].size();
    return table->skipped_types[index].data();
}

size_t carrow_table_columns(const carrow_table *table) { return table->columns.size(); }

const char *carrow_column_name(const carrow_table *table, size_t column, size_t *length) {
    const std::string &name = table->columns[column].name;
    *length = name.size();
    return name.data();
}

int carrow_column_kind(const carrow_table *table, size_t column) { return table->columns[column].kind; }

const void *carrow_column_values(const carrow_table *table, size_t column) {
    const carrow_column &found = table->columns[column];
    switch (found.kind) {
    case CARROW_DOUBLE: return found.doubles.data();
    case CARROW_BOOLEAN: return found.booleans.data();
    case CARROW_CATEGORY: return found.codes.data();
    default: return found.integers.data();
    }
}

const uint8_t *carrow_column_validity(const carrow_table *table, size_t column) { return table->columns[column].validity.data(); }
size_t carrow_column_category_count(const carrow_table *table, size_t column) { return table->columns[column].categories.size(); }

const char *carrow_column_category(const carrow_table *table, size_t column, size_t index, size_t *length) {
    const std::string &text = table->columns[column].categories[index];
    *length = text.size();
    return text.data();
}

namespace {

template <typename Element>
std::vector<Element> copied(const void *values, int64_t rows) {
    const auto *first = static_cast<const Element *>(values);
    return rows == 0 ? std::vector<Element>() : std::vector<Element>(first, first + rows);
}

}  // namespace

void carrow_table_add(carrow_table *table, const char *name, int kind, const void *values, const uint8_t *validity) {
    carrow_column column;
    column.name = name;
    column.kind = kind;
    switch (kind) {
    case CARROW_DOUBLE: column.doubles = copied<double>(values, table->rows); break;
    case CARROW_BOOLEAN: column.booleans = copied<uint8_t>(values, table->rows); break;
    case CARROW_CATEGORY: column.codes = copied<int32_t>(values, table->rows); break;
    default: column.integers = copied<int64_t>(values, table->rows); break;
    }
    column.validity = copied<uint8_t>(validity, table->rows);
    table->columns.push_back(std::move(column));
}

void carrow_table_add_note(carrow_table *table, const char *name, const char *text, size_t length) {
    table->note_names.emplace_back(name);
    table->notes.emplace_back(text, length);
}

void carrow_table_add_category(carrow_table *table, const char *text, size_t length) {
    table->columns.back().categories.emplace_back(text, length);
}
