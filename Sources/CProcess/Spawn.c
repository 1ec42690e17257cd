#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HIGH_DESCRIPTOR = 512 };

// Runs in the child; what it returns is the errno of what failed.
static int become(const struct cprocess_spawn *spawn, int report) {
    if (spawn->new_session && setsid() < 0) return errno;
    // Sources may have the numbers of targets: all are moved out of the way first.
    int moved[16];
    if (spawn->descriptor_count > 16) return E2BIG;
    for (int i = 0; i < spawn->descriptor_count; i++) {
        moved[i] = fcntl(spawn->descriptors[i], F_DUPFD, HIGH_DESCRIPTOR);
        if (moved[i] < 0) return errno;
    }
    int kept_report = fcntl(report, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);
    if (kept_report < 0) return errno;
    for (int i = 0; i < spawn->cgroup_count; i++) {
        if (write(spawn->cgroups[i], "0", 1) != 1) return errno;
    }
    for (int i = 0; i < spawn->descriptor_count; i++) {
        if (dup2(moved[i], i) < 0) return errno;
    }
    // Everything else goes when the program is executed; the report must live until then.
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)spawn->descriptor_count, ~0u, 4u) != 0)
#endif
    {
        for (int i = spawn->descriptor_count; i < 4096; i++) fcntl(i, F_SETFD, FD_CLOEXEC);
    }
    if (spawn->folder && chdir(spawn->folder) < 0) return errno;
    if (spawn->cores > 0) {
        cpu_set_t all, some;
        CPU_ZERO(&some);
        if (sched_getaffinity(0, sizeof all, &all) == 0) {
            int left = spawn->cores;
            for (int core = 0; core < CPU_SETSIZE && left > 0; core++) {
                if (CPU_ISSET(core, &all)) {
                    CPU_SET(core, &some);
                    left--;
                }
            }
            if (sched_setaffinity(0, sizeof some, &some) != 0) return errno;
        }
    }
    for (int i = 0; i < spawn->limit_count; i++) {
        struct rlimit limit = {spawn->limits[i].value, spawn->limits[i].value};
        if (setrlimit(spawn->limits[i].resource, &limit) != 0) return errno;
    }
    // Ignored and blocked signals pass through exec: the program gets none of ours.
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    execve(spawn->path, spawn->arguments, spawn->environment);
    int problem = errno;
    (void)!write(kept_report, &problem, sizeof problem);
    _exit(127);
}

pid_t cprocess_spawn(const struct cprocess_spawn *spawn) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    // No handler of ours may run in the child before exec.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        int problem = become(spawn, report[1]);
        (void)!write(report[1], &problem, sizeof problem);
        _exit(127);
    }
    int failed = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return -failed;
    }
    int problem = 0;
    ssize_t count;
    do {
        count = read(report[0], &problem, sizeof problem);
    } while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count == 0) return child;
    while (waitpid(child, 0, 0) < 0 && errno == EINTR) {
    }
    return problem > 0 ? -problem : -EIO;
}

int cprocess_pidfd(pid_t process) {
#ifdef SYS_pidfd_open
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    return descriptor < 0 ? -errno : descriptor;
#else
    return -ENOSYS;
#endif
}


int cprocess_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int cprocess_limit_of_processes(void) { return RLIMIT_NPROC; }

int cprocess_pidfd_kill(int descriptor) {
#ifdef SYS_pidfd_send_signal
    return syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, (void *)0, 0) < 0 ? -errno : 0;
#else
    return -ENOSYS;
#endif
}
