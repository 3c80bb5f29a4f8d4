#include "site_inside.h"

#include "health.h"
#include "site_load.h"
#include "stale.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_AGAIN_MS = 1000 };

static const char *const etag_tails[ENCODING_COUNT] = {"", "-gz", "-br"};

static void set_etag(struct site_content *content, uint64_t version, enum encoding encoding)
{
    text_format(content->etag, sizeof content->etag, "\"%016llx%s\"", (unsigned long long)version,
                etag_tails[encoding]);
}

/* Looks at most once a second whether the file is still the one that we know; false when it is gone. */
static bool still_there(struct site *site, struct site_entry *entry, struct mono now)
{
    struct site_identity identity;
    char file[SITE_FILE_NAME_MAX];
    if (entry->checked.ns && mono_ms_between(entry->checked, now) < LOOK_AGAIN_MS)
        return true;
    site_entry_file(entry, file);
    if (site_file_identity(site->folder, file, &identity))
        return false;
    entry->checked = now;
    if (!site_identity_equal(&identity, &entry->identity)) {
        entry->identity = identity;
        entry->hash = 0;
    }
    return true;
}

/* What one request needs while it is not under the lock. */
struct errand {
    struct site_wish wish;
    char file[SITE_FILE_NAME_MAX];
    char path[SITE_FILE_NAME_MAX];
    char language[SITE_LANGUAGE_SIZE];
    struct site_identity identity;
};

/* While it is fresh to the minute: not each measurement shall make visitors fetch the same figures again. */
static int64_t told_s(const struct site *site, const char *path, bool stale)
{
    int64_t measured = site->has_stamp ? wall_seconds(site->stamp.measured) : 0;
    if (stale)
        return measured;
    return stale_tells_fresh(path) ? measured / 60 * 60 : 0;
}

static void prepare(const struct site *site, const struct site_entry *entry,
                    const struct site_question *question, struct errand *errand,
                    struct site_content *ret)
{
    size_t length = strcspn(entry->path + 1, "/");
    bool stale = site->has_stamp && health_is_stale(&site->stamp, wall_seconds(question->now.wall));
    if (stale_has_form(entry->path))
        text_copy(errand->language, sizeof errand->language,
                  site->language_count ? site->languages[0] : "fr");
    else
        text_format(errand->language, sizeof errand->language, "%.*s", (int)length,
                    entry->path + 1);
    text_copy(errand->path, sizeof errand->path, entry->path);
    site_entry_file(entry, errand->file);
    errand->identity = entry->identity;
    ret->type = site_type_of(entry->path);
    ret->immutable = site_type_is_immutable(entry->path);
    errand->wish = (struct site_wish){
        .type = ret->type,
        .encoding = ret->type->compressible ? question->encoding : ENCODING_IDENTITY,
        .path = errand->path,
        .language = errand->language,
        .stale = stale,
        .told_s = told_s(site, entry->path, stale),
    };
}

/* The client's copy may be one that gained nothing by compression: its ETag is then that of the identity. */
static bool client_has(const struct site_question *question, uint64_t version,
                       enum encoding encoding, struct site_content *ret)
{
    set_etag(ret, version, ENCODING_IDENTITY);
    if (negotiate_match(question->if_none_match, ret->etag))
        return true;
    set_etag(ret, version, encoding);
    return negotiate_match(question->if_none_match, ret->etag);
}

/* False: it must be read first. */
static bool find_in_memory(struct site *site, struct site_entry *entry,
                           const struct site_question *question, const struct errand *errand,
                           struct site_content *ret, enum site_found *ret_found)
{
    enum encoding encoding = errand->wish.encoding;
    if (!entry->hash)
        return false;
    uint64_t version = site_load_version(entry->hash, entry->has_slot, &errand->wish);
    *ret_found = SITE_UNCHANGED;
    if (client_has(question, version, encoding, ret))
        return true;
    struct site_body *body = entry->bodies[encoding];
    if (!body || body->version != version)
        return false;
    site_cache_touch(&site->cache, body);
    ret->body = site_body_hold(body);
    ret->encoding = body->actual;
    set_etag(ret, version, body->actual);
    *ret_found = SITE_FOUND;
    return true;
}

static bool is_large(const struct errand *errand)
{
    bool plain = errand->wish.encoding == ENCODING_IDENTITY && !errand->wish.told_s;
    return errand->identity.size > (plain ? SITE_LOAD_PLAIN_MAX : SITE_LOAD_MAX);
}

static enum site_found found_nothing(int error)
{
    bool gone = error == -ENOENT || error == -ENOTDIR || error == -ELOOP;
    return gone ? SITE_MISSING : SITE_TROUBLE;
}

/* Too large to keep: sent as it lies. */
static enum site_found open_large(struct site *site, const struct site_question *question,
                                  const struct errand *errand, struct site_content *ret)
{
    struct site_identity identity;
    int file = site_file_open(site->folder, errand->file, &identity);
    if (file < 0)
        return found_nothing(file);
    ret->encoding = ENCODING_IDENTITY;
    if (client_has(question, site_identity_hash(&identity), ENCODING_IDENTITY, ret)) {
        close(file);
        return SITE_UNCHANGED;
    }
    ret->file = file;
    ret->size = identity.size;
    return SITE_FOUND;
}

static void keep(struct site *site, const struct site_question *question,
                 const struct site_load *load)
{
    site_lock(site);
    /* Looked up again: the table may have been replaced meanwhile. */
    struct site_entry *entry = site_table_find(&site->table, question->path, question->length);
    if (entry) {
        entry->identity = load->identity;
        entry->hash = load->hash;
        entry->has_slot = load->has_slot;
        site_cache_put(&site->cache, &entry->bodies[load->body->encoding], load->body);
    }
    site_unlock(site);
}

static enum site_found load_small(struct site *site, const struct site_question *question,
                                  const struct errand *errand, struct site_content *ret)
{
    struct site_load load;
    int error = site_load(site->folder, errand->file, &errand->wish, &load);
    if (error)
        return found_nothing(error);
    keep(site, question, &load);
    if (client_has(question, load.body->version, load.body->actual, ret)) {
        site_body_release(load.body);
        return SITE_UNCHANGED;
    }
    ret->body = load.body;
    ret->encoding = load.body->actual;
    return SITE_FOUND;
}

enum site_found site_find(struct site *site, const struct site_question *question,
                          struct site_content *ret)
{
    struct errand errand;
    enum site_found found = SITE_MISSING;
    bool there, ready = false;
    *ret = (struct site_content){.file = -1};
    site_lock(site);
    struct site_entry *entry = site_table_find(&site->table, question->path, question->length);
    there = entry && still_there(site, entry, question->now.mono);
    if (there) {
        prepare(site, entry, question, &errand, ret);
        ready = find_in_memory(site, entry, question, &errand, ret, &found);
    }
    site_unlock(site);
    if (!there || ready)
        return found;
    return is_large(&errand) ? open_large(site, question, &errand, ret)
                             : load_small(site, question, &errand, ret);
}
