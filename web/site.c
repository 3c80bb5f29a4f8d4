#include "site_inside.h"

#include "health.h"
#include "log.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCAN_AGAIN_MS = 30 * 1000 };

void site_lock(struct site *site)
{
    int error = pthread_mutex_lock(&site->lock);
    assert(!error);
}

void site_unlock(struct site *site)
{
    int error = pthread_mutex_unlock(&site->lock);
    assert(!error);
}

/* --- keeping in step ------------------------------------------------------------------------------------------ */

static bool has_language(const struct site *site, const char *language)
{
    char path[SITE_LANGUAGE_SIZE + 2];
    text_format(path, sizeof path, "/%s/", language);
    return site_table_find(&site->table, path, strlen(path)) != NULL;
}

/* The stamp's, for its order; only those that have a page, so that the entrance never leads nowhere. */
static void choose_languages(struct site *site)
{
    site->language_count = 0;
    for (size_t i = 0; site->has_stamp && i < site->stamp.language_count; i++)
        if (has_language(site, site->stamp.languages[i]))
            memcpy(site->languages[site->language_count++], site->stamp.languages[i],
                   SITE_LANGUAGE_SIZE);
    if (!site->language_count)
        site->language_count =
            site_table_languages(&site->table, site->languages, SITE_LANGUAGES_MOST);
}

static int scan(struct site *site, struct site_now now, struct fault *fault)
{
    struct site_table table = {0}, old;
    site->scanned = now.mono;
    if (site_table_scan(&table, site->folder, fault)) {
        site_table_free(&table);
        return -1;
    }
    if (table.seen >= SITE_TABLE_MOST)
        log_event(LOG_LEVEL_WARNING, "the site has more files than are served", "folder",
                  site->path, NULL);
    site_lock(site);
    old = site->table;
    site_table_inherit(&table, &old, &site->cache);
    site->table = table;
    choose_languages(site);
    site_unlock(site);
    site_table_free(&old);
    mem_give_back(); /* two tables were held at once */
    return 0;
}

static void take_stamp(struct site *site, const struct site_stamp *stamp)
{
    site_lock(site);
    site->scan_wanted |=
        site->has_stamp != (stamp != NULL) || (stamp && stamp->structure != site->stamp.structure);
    site->has_stamp = stamp != NULL;
    if (stamp)
        site->stamp = *stamp;
    choose_languages(site);
    site_unlock(site);
}

static void read_stamp(struct site *site)
{
    struct site_identity identity = {0};
    struct site_stamp stamp;
    struct buffer bytes;
    if (!site_file_identity(site->folder, SITE_STAMP_NAME, &identity) &&
        site_identity_equal(&identity, &site->stamp_identity))
        return;
    buffer_init(&bytes, SITE_STAMP_MAX);
    bool good = !site_file_read(site->folder, SITE_STAMP_NAME, &identity, &bytes) &&
                site_stamp_read(buffer_text(&bytes), bytes.length, &stamp);
    buffer_fini(&bytes);
    site->stamp_identity = identity;
    take_stamp(site, good ? &stamp : NULL);
}

/* The folder of this name may have been replaced by another: then that one is meant. */
static void replace_folder(struct site *site)
{
    struct stat named, held;
    if (stat(site->path, &named) || fstat(site->folder, &held) ||
        (named.st_ino == held.st_ino && named.st_dev == held.st_dev))
        return;
    int folder = open(site->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return;
    /* The number stays while what it stands for changes, at once for all threads. */
    site->scan_wanted |= dup3(folder, site->folder, O_CLOEXEC) >= 0;
    close(folder);
}

static bool scan_is_due(const struct site *site, struct site_now now)
{
    if (site->scan_wanted || !site->table.count)
        return true;
    return !site->has_stamp && mono_ms_between(site->scanned, now.mono) >= SCAN_AGAIN_MS;
}

static void read_board(struct site *site)
{
    struct board_seen seen = site->posted; /* that only this thread changes */
    struct buffer text;
    size_t length;
    buffer_init(&text, BOARD_MAX);
    if (board_read(site->board, &seen, &text)) {
        char *bytes = buffer_take(&text, &length);
        struct site_body *post = site_body_new(bytes, length), *before = site->post;
        site_lock(site);
        site->post = post;
        site->posted = seen;
        site_unlock(site);
        site_body_release(before);
    }
    buffer_fini(&text);
}

/* Whoever gathers metrics comes again within some minutes, or is gone. */
static void ask_board(struct site *site, struct wall now)
{
    enum { PATIENCE_MS = 300000 };
    site_lock(site);
    bool asked = site->asked.ms && now.ms - site->asked.ms < PATIENCE_MS;
    site_unlock(site);
    if (asked != site->asking)
        board_ask(site->board, asked);
    site->asking = asked;
}

void site_refresh(struct site *site, struct site_now now)
{
    struct fault fault;
    replace_folder(site);
    read_stamp(site);
    if (site->board >= 0) {
        ask_board(site, now.wall);
        read_board(site);
    }
    /* Read without the lock: only this thread changes the table and the stamp. */
    if (!scan_is_due(site, now))
        return;
    int error = scan(site, now, &fault);
    if (error && !site->scan_wanted)
        log_event(LOG_LEVEL_WARNING, fault.text, "folder", site->path, NULL);
    site->scan_wanted = error != 0;
}

/* --- beginning and end ---------------------------------------------------------------------------------------- */

int site_open(const char *path, size_t cache_bytes, struct site_now now, struct site **ret,
              struct fault *fault)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fault_set(fault, "cannot open the site's folder %s: %s", path, strerror(errno));
    struct site *site = mem_zalloc(sizeof *site);
    site->path = mem_text(path);
    site->folder = folder;
    site->board = -1;
    site->cache.max = cache_bytes;
    int error = pthread_mutex_init(&site->lock, NULL);
    assert(!error);
    read_stamp(site);
    site->scan_wanted = false;
    if (scan(site, now, fault)) {
        site_close(site);
        return -1;
    }
    *ret = site;
    return 0;
}

void site_close(struct site *site)
{
    if (!site)
        return;
    site_cache_clear(&site->cache);
    site_table_free(&site->table);
    pthread_mutex_destroy(&site->lock);
    site_body_release(site->post);
    if (site->board >= 0)
        close(site->board);
    close(site->folder);
    free(site->path);
    free(site);
}

/* --- questions ------------------------------------------------------------------------------------------------ */

bool site_has(struct site *site, const char *path, size_t length)
{
    site_lock(site);
    bool has = site_table_find(&site->table, path, length) != NULL;
    site_unlock(site);
    return has;
}

bool site_is_empty(struct site *site)
{
    site_lock(site);
    bool empty = !site->table.count;
    site_unlock(site);
    return empty;
}

size_t site_languages(struct site *site, char ret[SITE_LANGUAGES_MOST][SITE_LANGUAGE_SIZE])
{
    site_lock(site);
    size_t count = site->language_count;
    memcpy(ret, site->languages, sizeof site->languages);
    site_unlock(site);
    return count;
}

int site_listen(struct site *site, const char *board, struct fault *fault)
{
    site->board = open(board, O_RDONLY | O_CLOEXEC);
    if (site->board < 0)
        return fault_set(fault, "cannot read the board %s: %s", board, strerror(errno));
    return 0;
}

bool site_has_board(const struct site *site)
{
    return site->board >= 0;
}

struct site_body *site_board(struct site *site, struct wall now)
{
    site_lock(site);
    site->asked = now;
    bool fresh = site->post && board_is_fresh(&site->posted, now);
    struct site_body *body = fresh ? site_body_hold(site->post) : NULL;
    site_unlock(site);
    return body;
}

unsigned site_health(struct site *site, struct wall now, struct buffer *out)
{
    site_lock(site);
    struct site_stamp stamp = site->stamp;
    bool has_stamp = site->has_stamp;
    site_unlock(site);
    return health_answer(has_stamp ? &stamp : NULL, wall_seconds(now), out);
}
