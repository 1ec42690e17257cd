#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#define REFUSE(error) (SECCOMP_RET_ERRNO | ((error) & SECCOMP_RET_DATA))

#ifdef MACHINE

static const int refused[] = {
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns,
    SYS_add_key, SYS_keyctl, SYS_request_key,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_perf_event_open, SYS_bpf, SYS_userfaultfd,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_acct, SYS_quotactl, SYS_syslog, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
    SYS_name_to_handle_at, SYS_open_by_handle_at,
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
#ifdef SYS_open_tree
    SYS_open_tree, SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick,
#endif
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
#endif
#ifdef SYS_uselib
    SYS_uselib,
#endif
#ifdef SYS_iopl
    SYS_iopl, SYS_ioperm,
#endif
};

static const unsigned long namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

int cprocess_seccomp_program(uint8_t *bytes, int capacity) {
    enum { COUNT = sizeof refused / sizeof refused[0] };
    struct sock_filter program[2 * COUNT + 32];
    int at = 0;
#define LOAD(field) program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field)
#define IF_EQUAL(value, then, otherwise) program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define ANSWER(value) program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value)
    // Another machine's numbers mean other calls.
    LOAD(offsetof(struct seccomp_data, arch));
    IF_EQUAL(MACHINE, 1, 0);
    ANSWER(SECCOMP_RET_KILL_PROCESS);
    LOAD(offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    // The x32 calls are the same ones under other numbers.
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    ANSWER(REFUSE(ENOSYS));
#endif
    for (int i = 0; i < COUNT; i++) {
        IF_EQUAL((uint32_t)refused[i], 0, 1);
        ANSWER(REFUSE(EPERM));
    }
#ifdef SYS_clone3
    // Its flags lie in memory, where no filter can read them; the C library then uses clone.
    IF_EQUAL(SYS_clone3, 0, 1);
    ANSWER(REFUSE(ENOSYS));
#endif
    IF_EQUAL(SYS_clone, 0, 4);
    LOAD(offsetof(struct seccomp_data, args[0]));
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)namespaces, 0, 1);
    ANSWER(REFUSE(EPERM));
    ANSWER(SECCOMP_RET_ALLOW);
    IF_EQUAL(SYS_ioctl, 0, 3);
    LOAD(offsetof(struct seccomp_data, args[1]));
    IF_EQUAL(TIOCSTI, 0, 1);
    ANSWER(REFUSE(EPERM));
    ANSWER(SECCOMP_RET_ALLOW);
    int size = at * (int)sizeof program[0];
    if (size > capacity) return 0;
    memcpy(bytes, program, (size_t)size);
    return size;
}

#else

int cprocess_seccomp_program(uint8_t *bytes, int capacity) { return 0; }

#endif
