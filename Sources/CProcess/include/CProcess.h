#ifndef PROVISO_CPROCESS_H
#define PROVISO_CPROCESS_H

// What Swift cannot do safely: run code between fork and exec, where only async-signal-safe calls are allowed, and name the system calls of the
// processor at hand. Nothing here allocates between fork and exec.

#include <stdint.h>
#include <sys/types.h>

// A limit of setrlimit, both soft and hard.
struct cprocess_limit {
    int resource;
    uint64_t value;
};

struct cprocess_spawn {
    const char *path;        // absolute
    char *const *arguments;  // ends with a null pointer, like the next
    char *const *environment;
    const char *folder;      // the working folder; null: the caller's
    // Descriptors that become 0, 1, 2, …; all others are closed.
    const int *descriptors;
    int descriptor_count;
    // cgroup.procs files, open for writing, that the child enters before it runs anything.
    const int *cgroups;
    int cgroup_count;
    const struct cprocess_limit *limits;
    int limit_count;
    int cores;               // confines it to that many of the caller's cores; 0: no confinement
    int new_session;         // 1: it leads a session and a process group of its own
};

// The child's identifier, or minus errno. When the program cannot be executed, what went wrong is returned and no child is left.
pid_t cprocess_spawn(const struct cprocess_spawn *spawn);

// A descriptor that becomes readable when the process ends; minus errno where the kernel has none.
int cprocess_pidfd(pid_t process);

// Kills the process that a descriptor of cprocess_pidfd stands for, and never another that has its number since. 0 or minus errno.
int cprocess_pidfd_kill(int descriptor);

// pipe2 with O_CLOEXEC. 0 or minus errno.
int cprocess_pipe(int ends[2]);

// RLIMIT_NPROC, whose number depends on the processor.
int cprocess_limit_of_processes(void);

// Writes a seccomp program for bubblewrap that refuses, with EPERM, what a stage has no use for and what kernels were attacked through: new
// namespaces, mounts, keys, tracing, modules, BPF, io_uring, typing into the terminal. The count of bytes written, or 0 if they do not fit or the
// processor is not known.
int cprocess_seccomp_program(uint8_t *bytes, int capacity);

struct cprocess_usage {
    uint64_t bytes;    // on the disk
    uint64_t entries;
    uint64_t largest;  // length of its longest file, holes included
};

// What is in a folder, without following links. 0, or minus errno; -ELOOP where folders are nested deeper than 64.
int cprocess_folder_usage(const char *path, struct cprocess_usage *usage);

// Whose heap grows takes `piece` bytes from the system at a time, and gives none back of less than `kept` bytes at its end.
void cprocess_set_heap(int piece, int kept);

#endif
