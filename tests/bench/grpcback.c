/* grpcback - a gRPC backend that answers every call with the same message, as fast as one thread can.
 *
 * HTTP/2 with prior knowledge, one epoll loop, libc only; shares no code with any gateway under test. It is the callee of the figures
 * in docs/performance.md, so it does no more than a callee must: it frames, keeps both flow-control windows, answers SETTINGS and PING,
 * and answers a stream once its request has ended. It does not look into header blocks, so it needs no HPACK decoder, and a peer's
 * dynamic table costs nothing. A peer that breaks framing, or that leaves no window for an answer, is told about on stderr.
 *
 *   cc -O2 -Wall -Wextra -o grpcback grpcback.c && ./grpcback PORT BYTES    # the message: protobuf field 1, a string of BYTES
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8, CONTINUATION = 9 };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define PREFACE_BYTES 24
#define MAX_FRAME 16384
#define IN_BYTES (256 * 1024)

typedef struct {
    int fd;
    bool greeted, blocked;
    uint8_t *in, *out;
    size_t in_len, out_len, out_cap;
    int64_t window;      /* what may still be sent on this connection */
    uint64_t received;   /* bytes of DATA since the last WINDOW_UPDATE */
    uint32_t ending;     /* a stream whose header block goes on, and ends its request with it */
} Conn;

static volatile sig_atomic_t stopping;
static uint64_t calls, faults;
static uint8_t answer[MAX_FRAME + 256];
static size_t answer_len, data_len, stream_at[3];

static void on_signal(int s) { (void)s; stopping = 1; }

static void put24(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 16), p[1] = (uint8_t)(v >> 8), p[2] = (uint8_t)v; }
static void put32(uint8_t *p, uint32_t v) { p[0] = (uint8_t)(v >> 24), put24(p + 1, v); }
static uint32_t get24(const uint8_t *p) { return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]; }
static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | get24(p + 1); }

static size_t head(uint8_t *at, size_t len, int type, int flags, uint32_t stream)
{
    put24(at, (uint32_t)len), at[3] = (uint8_t)type, at[4] = (uint8_t)flags, put32(at + 5, stream);
    return 9;
}

/* HEADERS, DATA and trailers of one answer; the stream ids are filled in for each. Header fields are literals without indexing. */
static void build_answer(size_t bytes)
{
    static const uint8_t fields[] = "\x88\x0f\x10\x10" "application/grpc";
    static const uint8_t trailers[] = "\x00\x0bgrpc-status\x01" "0";
    uint8_t *p = answer;
    stream_at[0] = 5, p += head(p, sizeof fields - 1, HEADERS, END_HEADERS, 0);
    memcpy(p, fields, sizeof fields - 1), p += sizeof fields - 1;
    size_t prefix = 1 + (bytes > 127 ? 2 : 1), message = prefix + bytes;
    data_len = 5 + message;
    stream_at[1] = (size_t)(p - answer) + 5, p += head(p, data_len, DATA, 0, 0);
    *p++ = 0, put32(p, (uint32_t)message), p += 4;
    *p++ = 0x0a;
    if (bytes > 127) *p++ = (uint8_t)(bytes | 0x80), *p++ = (uint8_t)(bytes >> 7);
    else *p++ = (uint8_t)bytes;
    for (size_t i = 0; i < bytes; i++) *p++ = (uint8_t)('a' + i % 26);
    stream_at[2] = (size_t)(p - answer) + 5, p += head(p, sizeof trailers - 1, HEADERS, END_HEADERS | END_STREAM, 0);
    memcpy(p, trailers, sizeof trailers - 1), p += sizeof trailers - 1;
    answer_len = (size_t)(p - answer);
}

static uint8_t *room(Conn *c, size_t n)
{
    if (c->out_len + n > c->out_cap) {
        while (c->out_cap < c->out_len + n) c->out_cap = c->out_cap ? c->out_cap * 2 : 16384;
        if (!(c->out = realloc(c->out, c->out_cap))) abort();
    }
    return c->out + c->out_len;
}

static bool fault(const char *what)
{
    fprintf(stderr, "grpcback: %s\n", what);
    faults++;
    return false;
}

static bool respond(Conn *c, uint32_t stream)
{
    uint8_t *at = room(c, answer_len);
    memcpy(at, answer, answer_len);
    for (int i = 0; i < 3; i++) put32(at + stream_at[i], stream);
    c->out_len += answer_len, calls++;
    return (c->window -= (int64_t)data_len) >= 0 || fault("no window is left on a connection");
}

static bool take(Conn *c, int type, int flags, uint32_t stream, const uint8_t *body, size_t len)
{
    switch (type) {
    case HEADERS:
        if (flags & END_STREAM) {
            if (flags & END_HEADERS) return respond(c, stream);
            c->ending = stream;
        }
        return true;
    case CONTINUATION:
        if (!(flags & END_HEADERS) || c->ending != stream) return true;
        c->ending = 0;
        return respond(c, stream);
    case DATA:
        c->received += len;
        return !(flags & END_STREAM) || respond(c, stream);
    case SETTINGS:
        if (!(flags & ACK)) c->out_len += head(room(c, 9), 0, SETTINGS, ACK, 0);
        return true;
    case PING:
        if (!(flags & ACK) && len == 8) {
            uint8_t *at = room(c, 17);
            memcpy(at + head(at, 8, PING, ACK, 0), body, 8), c->out_len += 17;
        }
        return true;
    case WINDOW_UPDATE:
        if (len != 4) return fault("a WINDOW_UPDATE of another length");
        if (stream == 0) c->window += get32(body) & 0x7fffffff;
        return true;
    case RST_STREAM:
        return fault("a stream was reset");
    default:
        return true;
    }
}

static bool flush(Conn *c, int ep)
{
    size_t sent = 0;
    while (sent < c->out_len) {
        ssize_t n = send(c->fd, c->out + sent, c->out_len - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno != EAGAIN) return false;
        if (n < 0) break;
        sent += (size_t)n;
    }
    memmove(c->out, c->out + sent, c->out_len - sent), c->out_len -= sent;
    bool blocked = c->out_len > 0;
    struct epoll_event e = {.events = EPOLLIN | (blocked ? EPOLLOUT : 0), .data.ptr = c};
    if (blocked != c->blocked) epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e), c->blocked = blocked;
    return true;
}

static bool serve(Conn *c, int ep)
{
    ssize_t n = recv(c->fd, c->in + c->in_len, IN_BYTES - c->in_len, 0);
    if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR);
    c->in_len += (size_t)n;
    size_t at = 0;
    if (!c->greeted) {
        if (c->in_len < PREFACE_BYTES) return true;
        if (memcmp(c->in, PREFACE, PREFACE_BYTES)) return fault("no HTTP/2 preface");
        c->greeted = true, at = PREFACE_BYTES;
        /* SETTINGS: MAX_CONCURRENT_STREAMS 1000; then as much window for requests as there can be. */
        uint8_t *p = room(c, 28);
        p += head(p, 6, SETTINGS, 0, 0), memcpy(p, "\0\3\0\0\3\xe8", 6), p += 6;
        p += head(p, 4, WINDOW_UPDATE, 0, 0), put32(p, 0x7fffffff - 65535);
        c->out_len += 28;
    }
    while (c->in_len - at >= 9) {
        const uint8_t *p = c->in + at;
        size_t len = get24(p);
        if (len > MAX_FRAME) return fault("a frame longer than 16384 bytes");
        if (c->in_len - at < 9 + len) break;
        if (!take(c, p[3], p[4], get32(p + 5) & 0x7fffffff, p + 9, len)) return false;
        at += 9 + len;
    }
    memmove(c->in, c->in + at, c->in_len - at), c->in_len -= at;
    if (c->received > 1 << 30) {
        uint8_t *p = room(c, 13);
        put32(p + head(p, 4, WINDOW_UPDATE, 0, 0), (uint32_t)c->received), c->out_len += 13, c->received = 0;
    }
    return flush(c, ep);
}

static void hang_up(Conn *c) { close(c->fd), free(c->in), free(c->out), free(c); }

int main(int argc, char **argv)
{
    int port = argc == 3 ? atoi(argv[1]) : 0, bytes = argc == 3 ? atoi(argv[2]) : -1, one = 1;
    if (port <= 0 || port > 65535 || bytes < 0 || bytes > MAX_FRAME - 16) {
        fputs("usage: grpcback PORT BYTES (at most 16368)\n", stderr);
        return 2;
    }
    build_answer((size_t)bytes);
    struct sigaction sa = {.sa_handler = on_signal};
    sigaction(SIGINT, &sa, NULL), sigaction(SIGTERM, &sa, NULL);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ep = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096)) {
        perror("grpcback");
        return 1;
    }
    struct epoll_event e = {.events = EPOLLIN}, ev[256];
    epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
    while (!stopping) {
        int n = epoll_wait(ep, ev, 256, 500);
        for (int i = 0; i < n; i++) {
            Conn *c = ev[i].data.ptr;
            if (!c) {
                for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    if (!(c = calloc(1, sizeof *c)) || !(c->in = malloc(IN_BYTES))) abort();
                    c->fd = fd, c->window = 65535;
                    e = (struct epoll_event){.events = EPOLLIN, .data.ptr = c};
                    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
                }
                continue;
            }
            bool live = !(ev[i].events & EPOLLOUT) || flush(c, ep);
            if (live && (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) live = serve(c, ep);
            if (!live) hang_up(c);
        }
    }
    printf("{\"calls\":%lu,\"faults\":%lu}\n", calls, faults);
    return faults ? 1 : 0;
}
