#define _GNU_SOURCE
#include "CProcess.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 64 };

static int measure(int folder, int depth, struct cprocess_usage *usage) {
    if (depth > DEEPEST) {
        close(folder);
        return -ELOOP;
    }
    DIR *stream = fdopendir(folder);
    if (!stream) {
        int failed = errno;
        close(folder);
        return -failed;
    }
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        struct stat about;
        // What vanished since it was listed takes up nothing.
        if (fstatat(folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
        usage->entries += 1;
        usage->bytes += (uint64_t)about.st_blocks * 512;
        if (S_ISREG(about.st_mode) && (uint64_t)about.st_size > usage->largest) usage->largest = (uint64_t)about.st_size;
        if (!S_ISDIR(about.st_mode)) continue;
        int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) result = measure(inner, depth + 1, usage);
    }
    closedir(stream);
    return result;
}

int cprocess_folder_usage(const char *path, struct cprocess_usage *usage) {
    *usage = (struct cprocess_usage){0};
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 ? -errno : measure(folder, 0, usage);
}
