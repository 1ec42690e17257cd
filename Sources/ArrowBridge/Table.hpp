#pragma once

#include "CArrow.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

// One column as plain arrays; only the array of its kind is filled.
struct carrow_column {
    std::string name;
    int kind = CARROW_DOUBLE;
    std::vector<int64_t> integers;  // integers and timestamps
    std::vector<double> doubles;
    std::vector<uint8_t> booleans;
    std::vector<int32_t> codes;
    std::vector<std::string> categories;
    std::vector<uint8_t> validity;
    // The first row whose time is finer than the microseconds that are kept; negative for none.
    int64_t coarseRow = -1;
};

struct carrow_table {
    int64_t rows = 0;
    std::vector<carrow_column> columns;
    // Of the file's schema: names and values.
    std::vector<std::string> note_names, notes;
    // Columns of types that there is no support for, where these are left out: names and types.
    std::vector<std::string> skipped_names, skipped_types;
};

namespace carrow {

// What a call reports instead of a table.
struct Failure : std::runtime_error {
    int status;
    Failure(int status, const std::string &message) : std::runtime_error(message), status(status) {}
};

inline char *copyText(const char *text) {
    size_t size = std::strlen(text) + 1;
    char *copy = static_cast<char *>(std::malloc(size));
    if (copy) std::memcpy(copy, text, size);
    return copy;
}

// Runs `body` and turns everything it throws into a status and a message.
template <typename Body>
int guarded(char **message, Body body) {
    try {
        body();
        return CARROW_OK;
    } catch (const Failure &failure) {
        *message = copyText(failure.what());
        return failure.status;
    } catch (const std::exception &error) {
        *message = copyText(error.what());
        return CARROW_UNREADABLE;
    } catch (...) {
        *message = copyText("unknown C++ exception");
        return CARROW_UNREADABLE;
    }
}

}  // namespace carrow
