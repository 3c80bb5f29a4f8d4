#include "herald_inside.h"

#include "json.h"
#include "ledger_delivery.h"
#include "mem.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

static const char silences_key[] = "alert-silences";

enum { KEY_SIZE = RESULT_SERVICE_SIZE + 8, SILENCES_BYTES = 256 * 1024 };

/* ---- out of the ledger ---- */

/* The monitor's has no name after the slash. */
static void key_of(const struct herald *herald, size_t i, char key[KEY_SIZE])
{
    const struct collective *collective = &herald->config->collective;
    text_format(key, KEY_SIZE, "alert/%s",
                i < collective->service_count ? collective->services[i]->key : "");
}

void herald_load_subject(struct herald *herald, size_t i)
{
    struct arena arena = {0};
    char key[KEY_SIZE];
    key_of(herald, i, key);
    const char *text = ledger_kept(herald->ledger, key, &arena);
    if (text)
        policy_load(herald->policy, i, text);
    arena_free(&arena);
}

static void load_silence(struct herald *herald, const json_t *entry)
{
    char subject[RESULT_SERVICE_SIZE];
    int64_t from, until;
    if (json_get_text(entry, "subject", subject, sizeof subject) &&
        json_get_time(entry, "from", &from) && json_get_time(entry, "until", &until))
        silences_set(&herald->silences, subject, from / 1000, until / 1000);
}

static void load_silences(struct herald *herald)
{
    struct arena arena = {0};
    json_error_t error;
    const char *text = ledger_kept(herald->ledger, silences_key, &arena);
    json_t *list = text ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : NULL;
    for (size_t i = 0; i < json_array_size(list); i++)
        load_silence(herald, json_array_get(list, i));
    json_decref(list);
    arena_free(&arena);
}

/* One that nobody can read any more helps nobody; verify tells of it. */
static void on_delivery(void *owner, const struct delivery *delivery)
{
    struct herald *herald = owner;
    if (delivery->kind == ALERT_KIND_COUNT || delivery->state == DELIVERY_STATE_COUNT ||
        (!delivery_is_over(delivery) && !delivery->text))
        return;
    outbox_restore(herald->outbox, delivery);
}

void herald_load(struct herald *herald)
{
    struct fault fault;
    for (size_t i = 0; i < herald_subjects(herald); i++)
        herald_load_subject(herald, i);
    load_silences(herald);
    ledger_each_delivery(herald->ledger, on_delivery, herald, &fault);
}

/* ---- into the ledger ---- */

static void hurry(struct herald *herald)
{
    if (!herald->urgent_since)
        herald->urgent_since = herald->now;
}

static void note_unwritten(struct herald *herald, const struct delivery *delivery)
{
    void *list = herald->unwritten;
    mem_grow(&list, &herald->unwritten_capacity, herald->unwritten_count + 1,
             sizeof *herald->unwritten);
    herald->unwritten = list;
    herald->unwritten[herald->unwritten_count++] = delivery;
    if (delivery->kind == ALERT_CONFIRM && delivery->state == DELIVERY_EXPIRED)
        consent_unask(herald->consent, delivery->target, herald->now / 1000);
    /* After a crash one that flies is tried again in any case: that it flies can wait. */
    if (delivery->state != DELIVERY_FLYING)
        hurry(herald);
}

/* The outbox tells the newest first; the ledger numbers them as they came. */
static void reverse(const struct delivery **list, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const struct delivery *delivery = list[i];
        list[i] = list[count - 1 - i];
        list[count - 1 - i] = delivery;
    }
}

void herald_collect(struct herald *herald)
{
    const struct delivery *delivery;
    size_t before = herald->unwritten_count;
    for (int64_t i; (i = policy_next_changed(herald->policy)) >= 0;) {
        herald->subjects[i].unsaved = true;
        hurry(herald);
    }
    while ((delivery = outbox_next_changed(herald->outbox)))
        note_unwritten(herald, delivery);
    reverse(herald->unwritten + before, herald->unwritten_count - before);
}

static void on_forgotten(void *owner, const struct delivery *delivery)
{
    struct herald *herald = owner;
    void *list = herald->forgotten;
    mem_grow(&list, &herald->forgotten_capacity, herald->forgotten_count + 1,
             sizeof *herald->forgotten);
    herald->forgotten = list;
    text_copy(herald->forgotten[herald->forgotten_count++], ALERT_ID_SIZE, delivery->id);
}

void herald_sweep(struct herald *herald)
{
    outbox_sweep(herald->outbox, herald->now, on_forgotten, herald);
}

static int write_subject(struct herald *herald, size_t i, struct fault *fault)
{
    struct buffer text;
    char key[KEY_SIZE];
    key_of(herald, i, key);
    buffer_init(&text, ALERT_LINE_MAX);
    policy_save(herald->policy, i, &text);
    int rc = ledger_keep(herald->ledger, key, text.length ? buffer_text(&text) : NULL, fault);
    buffer_fini(&text);
    return rc;
}

static void add_silence(const struct silence *silence, bool first, struct buffer *out)
{
    char stamp[STAMP_SIZE];
    buffer_printf(out, "%s{\"subject\":", first ? "" : ",");
    json_add_text(out, silence->subject);
    buffer_printf(out, ",\"from\":\"%s\"", stamp_seconds(silence->from, stamp));
    buffer_printf(out, ",\"until\":\"%s\"}", stamp_seconds(silence->until, stamp));
}

void herald_add_silences(const struct herald *herald, struct buffer *out)
{
    buffer_byte(out, '[');
    for (size_t i = 0; i < herald->silences.count; i++)
        add_silence(&herald->silences.list[i], i == 0, out);
    buffer_byte(out, ']');
}

static int write_silences(struct herald *herald, struct fault *fault)
{
    struct buffer text;
    buffer_init(&text, SILENCES_BYTES);
    herald_add_silences(herald, &text);
    int rc = ledger_keep(herald->ledger, silences_key, buffer_text(&text), fault);
    buffer_fini(&text);
    return rc;
}

static int write_deliveries(struct herald *herald, struct fault *fault)
{
    for (size_t i = 0; i < herald->forgotten_count; i++)
        if (ledger_delete_delivery(herald->ledger, herald->forgotten[i], fault))
            return -1;
    for (size_t i = 0; i < herald->unwritten_count; i++)
        if (ledger_save_delivery(herald->ledger, herald->unwritten[i], fault))
            return -1;
    return 0;
}

int herald_write(void *owner, struct fault *fault)
{
    struct herald *herald = owner;
    herald_collect(herald);
    for (size_t i = 0; i < herald_subjects(herald); i++)
        if (herald->subjects[i].unsaved && write_subject(herald, i, fault))
            return -1;
    if (herald->silences_unsaved && write_silences(herald, fault))
        return -1;
    if (consent_write(herald->consent, fault))
        return -1;
    return write_deliveries(herald, fault);
}

void herald_written(void *owner, bool good)
{
    struct herald *herald = owner;
    if (!good)
        return;
    for (size_t i = 0; i < herald_subjects(herald); i++)
        herald->subjects[i].unsaved = false;
    herald->silences_unsaved = false;
    consent_written(herald->consent);
    herald->unwritten_count = herald->forgotten_count = 0;
    herald->urgent_since = 0;
}
