// A backend that reads loose objects before libgit2's own does, and finds nothing else.
//
// libgit2 1.5.1 writes past the end of its buffer when a damaged loose object inflates to more than its header says, and does not look at
// the stream's checksum at all. An audit must name a damaged object, not crash over it.
#ifndef PROVISO_CLIBGIT2_LOOSE_H
#define PROVISO_CLIBGIT2_LOOSE_H

#include <fcntl.h>
#include <git2.h>
#include <git2/errors.h>
#include <git2/sys/odb_backend.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

typedef struct {
    git_odb_backend parent;
    char *folder;
} proviso_loose_backend;

static inline int proviso_loose_damaged(const git_oid *oid) {
    char hex[GIT_OID_HEXSZ + 1], message[96];
    snprintf(message, sizeof(message), "loose object %s is damaged", git_oid_tostr(hex, sizeof(hex), oid));
    git_error_set_str(GIT_ERROR_ODB, message);
    return GIT_ERROR;
}

// The whole file; GIT_ENOTFOUND if there is none.
static inline int proviso_loose_file(unsigned char **out, size_t *count, const char *folder, const git_oid *oid) {
    char hex[GIT_OID_HEXSZ + 1];
    git_oid_tostr(hex, sizeof(hex), oid);
    size_t room = strlen(folder) + GIT_OID_HEXSZ + 3;
    char *path = malloc(room);
    if (!path) return GIT_ERROR;
    snprintf(path, room, "%s/%.2s/%s", folder, hex, hex + 2);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    if (file < 0) return GIT_ENOTFOUND;
    struct stat info;
    unsigned char *bytes = NULL;
    size_t have = 0;
    if (fstat(file, &info) == 0 && info.st_size > 0 && (bytes = malloc((size_t)info.st_size)) != NULL) {
        while (have < (size_t)info.st_size) {
            ssize_t got = read(file, bytes + have, (size_t)info.st_size - have);
            if (got <= 0) break;
            have += (size_t)got;
        }
    }
    close(file);
    if (!bytes || have < (size_t)info.st_size) {
        free(bytes);
        return proviso_loose_damaged(oid);
    }
    *out = bytes;
    *count = have;
    return 0;
}

// Reads "<type> <size>\0"; gives the header's length, or 0 for anything else.
static inline size_t proviso_loose_header(const unsigned char *bytes, size_t count, git_object_t *type, size_t *size) {
    size_t blank = 0, index, value = 0;
    char name[16];
    while (blank < count && blank < sizeof(name) - 1 && bytes[blank] != ' ') blank++;
    if (blank == 0 || blank >= count || bytes[blank] != ' ') return 0;
    memcpy(name, bytes, blank);
    name[blank] = 0;
    *type = git_object_string2type(name);
    if (!git_object_typeisloose(*type)) return 0;
    for (index = blank + 1; index < count && bytes[index] != 0; index++) {
        if (bytes[index] < '0' || bytes[index] > '9' || value > (SIZE_MAX - 9) / 10) return 0;
        value = value * 10 + (size_t)(bytes[index] - '0');
    }
    if (index >= count || index == blank + 1) return 0;
    *size = value;
    return index + 1;
}

static inline int proviso_loose_inflate(
    void **out, size_t *size, git_object_t *type, git_odb_backend *backend, const unsigned char *bytes, size_t count) {
    unsigned char head[64], beyond;
    z_stream stream;
    memset(&stream, 0, sizeof(stream));
    if (count > UINT_MAX || inflateInit(&stream) != Z_OK) return GIT_ERROR;
    stream.next_in = (unsigned char *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = head;
    stream.avail_out = sizeof(head);
    int status = inflate(&stream, Z_SYNC_FLUSH);
    size_t have = sizeof(head) - stream.avail_out, skip = 0;
    unsigned char *data = NULL;
    int sound = status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
    sound = sound && (skip = proviso_loose_header(head, have, type, size)) > 0;
    // Deflate cannot make more than 1032 bytes of one: a larger size is a lie, and no memory is taken for it.
    sound = sound && *size <= count * (size_t)1032 + sizeof(head) && *size < UINT_MAX && have - skip <= *size;
    sound = sound && (data = git_odb_backend_data_alloc(backend, *size + 1)) != NULL;
    if (sound) {
        memcpy(data, head + skip, have - skip);
        data[*size] = 0;
        stream.next_out = data + (have - skip);
        stream.avail_out = (uInt)(*size - (have - skip));
        while (status == Z_OK && stream.avail_out > 0) status = inflate(&stream, Z_SYNC_FLUSH);
        // Nothing may come after what the header promised but the checksum, and nothing after that.
        if (status == Z_OK || status == Z_BUF_ERROR) {
            stream.next_out = &beyond;
            stream.avail_out = 1;
            status = inflate(&stream, Z_FINISH);
            sound = stream.avail_out == 1;
        }
        sound = sound && status == Z_STREAM_END && stream.avail_in == 0 && stream.total_out == skip + *size;
    }
    inflateEnd(&stream);
    if (!sound) {
        if (data) git_odb_backend_data_free(backend, data);
        return GIT_ERROR;
    }
    *out = data;
    return 0;
}

static inline int proviso_loose_read(void **out, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid) {
    unsigned char *bytes = NULL;
    size_t count = 0;
    int status = proviso_loose_file(&bytes, &count, ((proviso_loose_backend *)backend)->folder, oid);
    if (status < 0) return status;
    status = proviso_loose_inflate(out, size, type, backend, bytes, count);
    free(bytes);
    return status < 0 ? proviso_loose_damaged(oid) : 0;
}

static inline int proviso_loose_read_header(size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid) {
    void *data = NULL;
    int status = proviso_loose_read(&data, size, type, backend, oid);
    if (status == 0) git_odb_backend_data_free(backend, data);
    return status;
}

static inline void proviso_loose_free(git_odb_backend *backend) {
    free(((proviso_loose_backend *)backend)->folder);
    free(backend);
}

// The backend for one folder of objects. The object database that it is added to frees it.
static inline int proviso_loose_backend_new(git_odb_backend **out, const char *folder) {
    proviso_loose_backend *backend = calloc(1, sizeof(*backend));
    if (!backend || git_odb_init_backend(&backend->parent, GIT_ODB_BACKEND_VERSION) < 0 || !(backend->folder = strdup(folder))) {
        free(backend);
        return GIT_ERROR;
    }
    backend->parent.read = proviso_loose_read;
    backend->parent.read_header = proviso_loose_read_header;
    backend->parent.free = proviso_loose_free;
    *out = &backend->parent;
    return 0;
}

#endif
