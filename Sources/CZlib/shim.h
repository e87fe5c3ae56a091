#pragma once
#include <stdint.h>
#include <string.h>
#include <zlib.h>

static inline size_t tp_gzip_bound(size_t size) { return compressBound(size) + 64; }

// deflateInit2 is a macro. Window bits above 15 mean gzip's header and trailer. 0 where it fails.
static inline size_t tp_gzip(
    const uint8_t *from, size_t size, uint8_t *into, size_t room, int level)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (size > UINT32_MAX || room > UINT32_MAX) return 0;
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (uint8_t *)(uintptr_t)from;
    stream.avail_in = (uInt)size;
    stream.next_out = into;
    stream.avail_out = (uInt)room;
    size_t written = deflate(&stream, Z_FINISH) == Z_STREAM_END ? stream.total_out : 0;
    deflateEnd(&stream);
    return written;
}
