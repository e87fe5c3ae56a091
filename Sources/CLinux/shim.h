#pragma once
// What Swift's Glibc module leaves out, and one call whose control messages are C macros.
#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
// Uses struct timespec without declaring it.
#include <linux/errqueue.h>

// Hidden from Swift's Glibc module, which is built without _GNU_SOURCE.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int pthread_setname_np(pthread_t thread, const char *name);

// One entry of a socket's error queue; `offender_length` is 0, 4 or 16.
struct clinux_queued_error {
    int error;
    uint8_t origin, type, code, offender_length;
    uint8_t offender[16];
};

// The sender of the ICMP message: SO_EE_OFFENDER is a macro, the family decides its shape.
static inline void clinux_copy_offender(
    const struct sock_extended_err *from, size_t room, struct clinux_queued_error *into) {
    const struct sockaddr *offender = SO_EE_OFFENDER(from);
    if (room < sizeof *from + sizeof offender->sa_family) return;
    if (offender->sa_family == AF_INET && room >= sizeof *from + sizeof(struct sockaddr_in)) {
        memcpy(into->offender, &((const struct sockaddr_in *)offender)->sin_addr, 4);
        into->offender_length = 4;
    } else if (offender->sa_family == AF_INET6
               && room >= sizeof *from + sizeof(struct sockaddr_in6)) {
        memcpy(into->offender, &((const struct sockaddr_in6 *)offender)->sin6_addr, 16);
        into->offender_length = 16;
    }
}

// Takes the oldest entry off the error queue: CMSG_* are macros. 1 with an entry, 0 when empty.
static inline int clinux_next_queued_error(int descriptor, struct clinux_queued_error *into) {
    union {
        char bytes[512];
        struct cmsghdr aligned;
    } control;
    struct msghdr message = {.msg_control = control.bytes, .msg_controllen = sizeof control};
    memset(into, 0, sizeof *into);
    ssize_t size;
    do size = recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    while (size < 0 && errno == EINTR);
    if (size < 0) return 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        int is_v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        int is_v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!(is_v4 || is_v6)) continue;
        if (part->cmsg_len < CMSG_LEN(sizeof(struct sock_extended_err))) continue;
        const struct sock_extended_err *entry = (const void *)CMSG_DATA(part);
        into->error = (int)entry->ee_errno;
        into->origin = entry->ee_origin;
        into->type = entry->ee_type;
        into->code = entry->ee_code;
        clinux_copy_offender(entry, part->cmsg_len - CMSG_LEN(0), into);
    }
    return 1;
}

// inotify's flags are enums and macros of several types.
static inline int clinux_inotify(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }
static inline int clinux_watch_folder(int inotify, const char *path) {
    return inotify_add_watch(
        inotify, path,
        IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
            IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

// What dl_iterate_phdr tells of the program and each of its libraries; <link.h> hides both without _GNU_SOURCE.
struct clinux_loaded_file {
    ElfW(Addr) base;
    const char *name;
    const ElfW(Phdr) *segments;
    ElfW(Half) count;
};
int clinux_for_each_loaded_file(
    int (*callback)(struct clinux_loaded_file *, size_t, void *), void *argument) __asm__("dl_iterate_phdr");

// Of whole pages only, and never of a segment that may be written to: what was written would be lost.
static inline int clinux_give_back_pages(struct clinux_loaded_file *file, size_t size, void *unused) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size;
    (void)unused;
    for (ElfW(Half) index = 0; index < file->count; index++) {
        const ElfW(Phdr) *segment = file->segments + index;
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t first = (file->base + segment->p_vaddr + page - 1) / page * page;
        uintptr_t end = (file->base + segment->p_vaddr + segment->p_memsz) / page * page;
        if (end > first) madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}
static inline void clinux_give_back_file_pages(void) {
    clinux_for_each_loaded_file(clinux_give_back_pages, NULL);
}
