#include "compress.h"

#include "mem.h"

#include <brotli/encode.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

/* Adds `packed` bytes of `scratch` when it was worth it. */
static bool add_smaller(const uint8_t *scratch, size_t packed, size_t length, struct buffer *out)
{
    if (!packed || packed >= length || packed > out->max - out->length)
        return false;
    buffer_add(out, scratch, packed);
    return true;
}

static size_t gzip_into(const void *bytes, size_t length, uint8_t *scratch)
{
    enum { LEVEL = 6, GZIP_WINDOW = 15 + 16, MEMORY = 8 };
    z_stream stream = {0};
    if (length > UINT32_MAX ||
        deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    stream.next_in = (z_const Bytef *)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = scratch;
    stream.avail_out = (uInt)length;
    bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    size_t packed = whole ? (size_t)stream.total_out : 0;
    deflateEnd(&stream);
    return packed;
}

bool compress_gzip(const void *bytes, size_t length, struct buffer *out)
{
    uint8_t *scratch = mem_zalloc(length);
    size_t packed = gzip_into(bytes, length, scratch);
    bool smaller = add_smaller(scratch, packed, length, out);
    free(scratch);
    return smaller;
}

/* The smallest window that spans the input: a larger one costs memory and gains nothing. */
static int window_bits(size_t length)
{
    int bits = BROTLI_MIN_WINDOW_BITS;
    while (bits < BROTLI_DEFAULT_WINDOW && ((size_t)1 << bits) - 16 < length)
        bits++;
    return bits;
}

bool compress_brotli(const void *bytes, size_t length, int quality, struct buffer *out)
{
    uint8_t *scratch = mem_zalloc(length);
    size_t packed = length;
    bool whole = BrotliEncoderCompress(quality, window_bits(length), BROTLI_MODE_TEXT, length,
                                       bytes, &packed, scratch) == BROTLI_TRUE;
    bool smaller = add_smaller(scratch, whole ? packed : 0, length, out);
    free(scratch);
    return smaller;
}
