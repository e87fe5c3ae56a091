#pragma once
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// MHD_start_daemon is variadic, which Swift cannot call. The daemon takes the listening socket over.
static inline struct MHD_Daemon *tp_mhd_start(
    int listener, MHD_AccessHandlerCallback access, void *context,
    void *(*uri)(void *, const char *, struct MHD_Connection *), MHD_RequestCompletedCallback completed,
    unsigned int connections, unsigned int idle_seconds, size_t memory)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, access, context,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_URI_LOG_CALLBACK, uri, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
}

// One that listens nowhere: connections are added to it.
static inline struct MHD_Daemon *tp_mhd_start_unlistening(
    MHD_AccessHandlerCallback access, void *context,
    void *(*uri)(void *, const char *, struct MHD_Connection *), MHD_RequestCompletedCallback completed,
    unsigned int connections, unsigned int idle_seconds, size_t memory)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
        access, context, MHD_OPTION_URI_LOG_CALLBACK, uri, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
}

// The address is 4 or 16 bytes; sockaddr's shapes stay out of Swift. The daemon owns the socket from now on.
static inline int tp_mhd_add(
    struct MHD_Daemon *daemon, int socket, const uint8_t *address, size_t count, uint16_t port)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (count == 4) {
        memcpy(&v4.sin_addr, address, 4);
        return MHD_add_connection(daemon, socket, (struct sockaddr *)&v4, sizeof v4) == MHD_YES;
    }
    if (count == 16) memcpy(&v6.sin6_addr, address, 16);
    return MHD_add_connection(daemon, socket, (struct sockaddr *)&v6, sizeof v6) == MHD_YES;
}

// MHD_get_connection_info is variadic too; -1 when there is no socket.
static inline int tp_mhd_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *tp_mhd_client(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

// epoll's flags import as an enum of their own; here they keep the type that the calls take.
static inline int tp_epoll_watch_hangup(int epoll, int socket, uint64_t token)
{
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT, .data.u64 = token };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

static inline int tp_epoll_watch_input(int epoll, int descriptor, uint64_t token)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = token };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int tp_epoll_forget(int epoll, int socket)
{
    struct epoll_event event = { 0 }; // kernels before 2.6.9 insist on one
    return epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event);
}

// struct epoll_event is packed: one token at a time keeps its layout out of Swift.
static inline int tp_epoll_next(int epoll, uint64_t *token)
{
    struct epoll_event event;
    int count = epoll_wait(epoll, &event, 1, -1);
    if (count == 1)
        *token = event.data.u64;
    return count;
}
