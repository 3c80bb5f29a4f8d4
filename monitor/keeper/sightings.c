#include "sightings.h"

#include "certificate_json.h"
#include "json.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };

struct showing {                     /* over one family */
    struct certificate *certificate; /* NULL = none yet: most checks have one family */
    int64_t last; /* s; when it was seen last, as of the last save after a restart */
};

struct sighting { /* of one check */
    char check[RESULT_ID_SIZE];
    char (*known)[65]; /* sha256, the newest seen first; at most SIGHTINGS_KNOWN */
    size_t known_count;
    struct showing shown[FAMILY_COUNT];
    int64_t day; /* s; the begin of the UTC day that `news` counts */
    int news;
};

void sightings_fini(struct sightings *sightings)
{
    for (size_t i = 0; i < sightings->count; i++) {
        free(sightings->checks[i].known);
        for (int family = 0; family < FAMILY_COUNT; family++)
            free(sightings->checks[i].shown[family].certificate);
    }
    free(sightings->checks);
    *sightings = (struct sightings){0};
}

static struct sighting *sighting_of(struct sightings *sightings, const char *check)
{
    for (size_t i = 0; i < sightings->count; i++)
        if (strcmp(sightings->checks[i].check, check) == 0)
            return &sightings->checks[i];
    sightings->checks =
        mem_resize(sightings->checks, (sightings->count + 1) * sizeof *sightings->checks);
    struct sighting *fresh = &sightings->checks[sightings->count++];
    memset(fresh, 0, sizeof *fresh);
    text_copy(fresh->check, sizeof fresh->check, check);
    return fresh;
}

/* Where the certificate is in the list; behind its end when it is not there. */
static size_t place_of(const struct sighting *sighting, const char *sha256)
{
    size_t place = 0;
    while (place < sighting->known_count && strcmp(sighting->known[place], sha256) != 0)
        place++;
    return place;
}

/* The place behind the last one, made; the list is as short as what it holds, since there are as many as checks. */
static size_t add_known(struct sighting *sighting)
{
    if (sighting->known_count < SIGHTINGS_KNOWN)
        sighting->known =
            mem_resize(sighting->known, ++sighting->known_count * sizeof *sighting->known);
    return sighting->known_count - 1;
}

static void move_to_front(struct sighting *sighting, size_t place, const char *sha256)
{
    memmove(sighting->known[1], sighting->known[0], place * sizeof sighting->known[0]);
    text_copy(sighting->known[0], sizeof sighting->known[0], sha256);
}

static bool has_room_today(struct sighting *sighting, int64_t at)
{
    int64_t day = at - at % DAY_S;
    if (day != sighting->day) {
        sighting->day = day;
        sighting->news = 0;
    }
    return sighting->news < SIGHTINGS_NEWS_A_DAY;
}

/* A family that has not been seen for a day has no say: it may be withdrawn. */
static bool is_elsewhere(const struct showing *other, const struct showing *own, int64_t at)
{
    return other->certificate && at - other->last <= DAY_S &&
           (!own->certificate || strcmp(other->certificate->sha256, own->certificate->sha256) != 0);
}

static void tell(const struct sighting *sighting, const struct result *result,
                 struct certificate_change *ret)
{
    const struct showing *own = &sighting->shown[result->family];
    const struct showing *other = &sighting->shown[FAMILY_COUNT - 1 - (int)result->family];
    int64_t at = wall_seconds(result->time);
    *ret = (struct certificate_change){.at = at,
                                       .last = own->last,
                                       .of_one_family = is_elsewhere(other, own, at),
                                       .family = result->family,
                                       .now = result->certificate};
    if (own->certificate)
        ret->before = *own->certificate;
}

static void show(struct showing *showing, const struct certificate *certificate)
{
    if (!showing->certificate)
        showing->certificate = mem_zalloc(sizeof *showing->certificate);
    if (strcmp(showing->certificate->sha256, certificate->sha256) != 0)
        *showing->certificate = *certificate;
}

bool sightings_see(struct sightings *sightings, const struct result *result,
                   struct certificate_change *ret)
{
    const char *sha256 = result->certificate.sha256;
    int64_t at = wall_seconds(result->time);
    if (!sha256[0])
        return false;
    struct sighting *sighting = sighting_of(sightings, result->check);
    struct showing *own = &sighting->shown[result->family];
    size_t place = place_of(sighting, sha256);
    bool known = place < sighting->known_count;
    if (!known && !has_room_today(sighting, at))
        return false;
    if (!known) {
        tell(sighting, result, ret);
        sighting->news++;
        place = add_known(sighting);
    }
    move_to_front(sighting, place, sha256);
    show(own, &result->certificate);
    own->last = at;
    return !known;
}

/* ---- as text ---- */

static void save_showing(const struct sighting *sighting, enum family family, struct buffer *out)
{
    const struct showing *showing = &sighting->shown[family];
    if (!showing->certificate)
        return;
    buffer_printf(out, ",\"%s\":{\"last\":%lld,\"certificate\":", family_name(family),
                  (long long)showing->last);
    certificate_json_add(out, showing->certificate);
    buffer_byte(out, '}');
}

static void save_check(const struct sighting *sighting, struct buffer *out)
{
    json_add_text(out, sighting->check);
    buffer_printf(out, ":{\"day\":%lld,\"news\":%d,\"known\":[", (long long)sighting->day,
                  sighting->news);
    for (size_t i = 0; i < sighting->known_count; i++)
        buffer_printf(out, "%s\"%s\"", i ? "," : "", sighting->known[i]);
    buffer_byte(out, ']');
    for (int family = 0; family < FAMILY_COUNT; family++)
        save_showing(sighting, (enum family)family, out);
    buffer_byte(out, '}');
}

void sightings_save(const struct sightings *sightings, struct buffer *out)
{
    buffer_byte(out, '{');
    for (size_t i = 0; i < sightings->count; i++) {
        if (i)
            buffer_byte(out, ',');
        save_check(&sightings->checks[i], out);
    }
    buffer_byte(out, '}');
}

static void load_showing(const json_t *object, struct showing *showing)
{
    struct certificate certificate;
    if (!certificate_json_read(json_object_get(object, "certificate"), &certificate) ||
        !certificate.sha256[0])
        return;
    show(showing, &certificate);
    showing->last = json_integer_value(json_object_get(object, "last"));
}

static void load_check(struct sightings *sightings, const char *check, const json_t *object)
{
    struct sighting *sighting = sighting_of(sightings, check);
    const json_t *known = json_object_get(object, "known");
    json_int_t news = json_integer_value(json_object_get(object, "news"));
    sighting->day = json_integer_value(json_object_get(object, "day"));
    sighting->news = news >= 0 && news < SIGHTINGS_NEWS_A_DAY ? (int)news : SIGHTINGS_NEWS_A_DAY;
    for (size_t i = 0; i < SIGHTINGS_KNOWN && i < json_array_size(known); i++) {
        const char *sha256 = json_string_value(json_array_get(known, i));
        size_t place = add_known(sighting);
        text_copy(sighting->known[place], sizeof sighting->known[place], sha256 ? sha256 : "?");
    }
    for (int family = 0; family < FAMILY_COUNT; family++)
        load_showing(json_object_get(object, family_name((enum family)family)),
                     &sighting->shown[family]);
}

void sightings_load(struct sightings *sightings, const char *text)
{
    json_error_t error;
    json_t *object = text ? json_loads(text, JSON_REJECT_DUPLICATES, &error) : NULL;
    const char *check;
    json_t *value;
    sightings_fini(sightings);
    json_object_foreach(object, check, value) load_check(sightings, check, value);
    json_decref(object);
}
