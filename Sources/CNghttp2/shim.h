#pragma once
#include <nghttp2/nghttp2.h>

/* The frame is a union, whose members Swift would copy whole. */
static inline uint8_t shim_frame_type(const nghttp2_frame *frame) { return frame->hd.type; }
static inline int32_t shim_frame_stream(const nghttp2_frame *frame) { return frame->hd.stream_id; }
static inline int shim_frame_ends_stream(const nghttp2_frame *frame) {
    return (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}
