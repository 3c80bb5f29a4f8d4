/* Any server against any dialogue. The scheme, ended by NUL; a byte that says how TLS is wished for and how the bytes are
 * cut; the rest is what the server says, whatever it hears. */
#include "dialogue.h"

#include "dialogue_run.h"
#include "registry.h"
#include "text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct dialogue_script *find_script(const uint8_t *scheme)
{
    const struct probe_type *type = registry_find((const char *)scheme);
    return type && type->start == dialogue_run_start ? type->protocol : NULL;
}

/* Does everything but feeding. */
static enum dialogue_wish serve(struct dialogue *dialogue)
{
    for (;;) {
        enum dialogue_wish wish = dialogue_next(dialogue);
        if (wish == DIALOGUE_SEND) {
            assert(dialogue->out.length > 0);
            dialogue_sent(dialogue);
        } else if (wish == DIALOGUE_SECURE) {
            dialogue_secured(dialogue);
        } else {
            return wish;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *nul = length ? memchr(bytes, 0, length) : NULL;
    const struct dialogue_script *script =
        nul && nul + 1 < bytes + length ? find_script(bytes) : NULL;
    if (!script)
        return 0;
    const struct dialogue_values values = {"good.test", "robot.test",
                                           (enum dialogue_starttls)(nul[1] % 3)};
    size_t chunk = 1 + nul[1] / 3;
    struct dialogue dialogue;
    dialogue_init(&dialogue, script, &values);
    if (script->tls_first)
        dialogue_secured(&dialogue);
    for (size_t at = (size_t)(nul + 2 - bytes), n;
         at < length && serve(&dialogue) == DIALOGUE_BYTES; at += n) {
        n = length - at < chunk ? length - at : chunk;
        char *piece = malloc(n); /* a block of its own, so that a read beyond it is caught */
        assert(piece);
        memcpy(piece, bytes + at, n);
        dialogue_feed(&dialogue, piece, n);
        free(piece);
    }
    serve(&dialogue);
    dialogue_closed(&dialogue);
    assert(serve(&dialogue) == DIALOGUE_OVER);
    assert((dialogue.reason == REASON_ok) == dialogue.proved);
    assert((dialogue.reason == REASON_ok) == (dialogue.detail[0] == '\0'));
    assert(text_is_utf8(dialogue.detail, strlen(dialogue.detail)));
    dialogue_fini(&dialogue);
    return 0;
}
