#include "nodeinfo_document.h"

#include "json.h"
#include "macros.h"
#include "text.h"
#include "url.h"

#include <string.h>

#define SCHEMA "http://nodeinfo.diaspora.software/ns/schema/"

static const char *const schemas[] = {"2.2", "2.1", "2.0", "1.1", "1.0"}; /* the newest first */

static void complain(char detail[RESULT_DETAIL_SIZE], const char *words, const char *more)
{
    char text[2 * RESULT_DETAIL_SIZE];
    text_format(text, sizeof text, "%s%.100s", words, more);
    text_clean(detail, RESULT_DETAIL_SIZE, text, strlen(text));
}

static json_t *load(const char *json, size_t length, char detail[RESULT_DETAIL_SIZE])
{
    json_error_t error;
    json_t *document = json_loadb(json, length, 0, &error);
    if (json_is_object(document))
        return document;
    complain(detail, "the document is not JSON: ", document ? "no object" : error.text);
    json_decref(document);
    return NULL;
}

/* ---- where it is ---- */

/* The place of a link's schema among ours; more = none of them. */
static size_t rank_of(const json_t *link)
{
    const char *rel = json_string_value(json_object_get(link, "rel"));
    size_t rank = 0;
    if (!rel || !text_starts(rel, SCHEMA))
        return ARRAY_LEN(schemas);
    while (rank < ARRAY_LEN(schemas) && strcmp(rel + strlen(SCHEMA), schemas[rank]) != 0)
        rank++;
    return rank;
}

static bool is_on(const char *const *hosts, const char *url)
{
    char host[URL_HOST_SIZE];
    uint16_t port;
    if (strlen(url) >= NODEINFO_URL_SIZE || !url_place(url, host, &port))
        return false;
    while (*hosts && strcmp(*hosts, host) != 0)
        hosts++;
    return *hosts != NULL;
}

struct search {
    size_t rank;
    const char *url, *elsewhere;
};

static void look_at(const json_t *link, const char *const *hosts, struct search *search)
{
    const char *href = json_string_value(json_object_get(link, "href"));
    size_t rank = rank_of(link);
    if (!href || rank >= search->rank)
        return;
    if (!is_on(hosts, href)) {
        search->elsewhere = href;
        return;
    }
    search->rank = rank;
    search->url = href;
}

bool nodeinfo_document_find(const char *json, size_t length, const char *const *hosts,
                            char ret_url[NODEINFO_URL_SIZE], char detail[RESULT_DETAIL_SIZE])
{
    struct search search = {.rank = ARRAY_LEN(schemas)};
    size_t index;
    json_t *link, *document = load(json, length, detail);
    if (!document)
        return false;
    json_array_foreach(json_object_get(document, "links"), index, link)
        look_at(link, hosts, &search);
    if (search.url)
        text_copy(ret_url, NODEINFO_URL_SIZE, search.url);
    else if (search.elsewhere)
        complain(detail, "its links lead elsewhere, to ", search.elsewhere);
    else
        complain(detail, "it links to no document of a schema that we know", "");
    json_decref(document);
    return search.url != NULL;
}

/* ---- what it says ---- */

static int64_t read_count(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    json_int_t count = json_integer_value(value);
    return json_is_integer(value) && count >= 0 && count <= USERS_MAX ? count : USERS_UNKNOWN;
}

/* Whoever runs it has an account: zeros are what some software puts where figures are kept private. */
static void forget_zeros(struct users *users)
{
    if (users->total == 0 && users->month <= 0 && users->halfyear <= 0)
        users->total = users->month = users->halfyear = USERS_UNKNOWN;
}

static void read_all(const json_t *document, struct nodeinfo *ret)
{
    const json_t *software = json_object_get(document, "software");
    const json_t *usage = json_object_get(document, "usage");
    const json_t *users = json_object_get(usage, "users");
    json_get_text(software, "name", ret->software, sizeof ret->software);
    json_get_text(software, "version", ret->version, sizeof ret->version);
    ret->users = (struct users){.total = read_count(users, "total"),
                                .month = read_count(users, "activeMonth"),
                                .halfyear = read_count(users, "activeHalfyear"),
                                .posts = read_count(usage, "localPosts")};
    forget_zeros(&ret->users);
}

bool nodeinfo_document_read(const char *json, size_t length, struct nodeinfo *ret,
                            char detail[RESULT_DETAIL_SIZE])
{
    json_t *document = load(json, length, detail);
    if (!document)
        return false;
    *ret = (struct nodeinfo){0};
    read_all(document, ret);
    const char *missing = NULL;
    if (!json_is_string(json_object_get(document, "version")))
        missing = "version";
    else if (!ret->software[0])
        missing = "software.name";
    if (missing)
        complain(detail, "the document lacks ", missing);
    json_decref(document);
    return !missing;
}

void nodeinfo_document_tell(const struct nodeinfo *nodeinfo, char *to, size_t size)
{
    char total[40] = "", month[60] = "";
    const struct users *users = &nodeinfo->users;
    if (users->total != USERS_UNKNOWN)
        text_format(total, sizeof total, ", %lld users", (long long)users->total);
    if (users->month != USERS_UNKNOWN)
        text_format(month, sizeof month, ", %lld active in the month", (long long)users->month);
    text_format(to, size, "%s%s%s%s%s", nodeinfo->software, nodeinfo->version[0] ? " " : "",
                nodeinfo->version, total, month);
}
