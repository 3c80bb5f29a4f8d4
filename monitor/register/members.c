#include "members.h"

#include "form.h"
#include "hash.h"
#include "json.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is being built from. */
struct building {
    struct members *members;
    const struct members_file *files;
    size_t count;
    char today[FORM_DATE_SIZE];
    const struct members_file **services; /* by address */
    const struct usage_said **uses;       /* beside each file: what those below it tell */
    size_t service_count;
};

/* ---- names ---- */

/* "alpha.example" of "https://alpha.example/x" */
static const char *host_of(const struct building *building, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return arena_bytes(&building->members->arena, host, strcspn(host, "/?#:"));
}

static const char *short_name(const struct building *building, const char *name)
{
    char cut[MEMBERS_NAME_MAX];
    text_copy(cut, sizeof cut, name);
    return arena_text(&building->members->arena, cut);
}

static const char *id_of(const struct building *building, const struct members_file *file)
{
    char id[FORM_ID_SIZE];
    const struct declaration *declaration = file->declaration;
    if (file->id && text_is_id(file->id))
        return file->id;
    if ((file->name && form_id(file->name, id)) ||
        (declaration->name && form_id(declaration->name, id)) ||
        form_id(host_of(building, file->url), id))
        return arena_text(&building->members->arena, id);
    return "x";
}

/* The id with letters of the address behind it. */
static const char *other_id(const struct building *building, const char *id, const char *url)
{
    enum { LETTERS = 6, ROOM = TEXT_ID_MAX - LETTERS - 1 };
    return arena_printf(&building->members->arena, "%.*s-%06llx", (int)ROOM, id,
                        (unsigned long long)(hash_text(url) & 0xFFFFFF));
}

/* ---- fates ---- */

static bool is_past(const struct building *building, const char *date)
{
    return date && strcmp(date, building->today) < 0;
}

static enum fate member_fate(const struct building *building, const struct declaration *member)
{
    bool left = member->membership == PRESENCE_AWAY || member->status == PRESENCE_AWAY ||
                is_past(building, member->member_until) || is_past(building, member->end);
    return left ? FATE_OVER : FATE_MEASURED;
}

static enum fate service_fate(const struct building *building, const struct member *member,
                              const struct declaration *service)
{
    if (service->state == DECLARED_DRAFT)
        return FATE_DRAFT;
    if (member->fate == FATE_OVER || service->state == DECLARED_OVER ||
        is_past(building, service->end))
        return FATE_OVER;
    return service->website ? FATE_MEASURED : FATE_UNMEASURED;
}

/* ---- services ---- */

static bool is_at(const struct building *building, const struct members_file *file,
                  enum file_class class, enum file_class above)
{
    if (!file->declaration || file->declaration->class != class)
        return false;
    if (file->parent < 0) /* a register of one */
        return class == CLASS_ORGANIZATION;
    const struct members_file *parent = &building->files[file->parent];
    return parent->declaration && parent->declaration->class == above;
}

static int by_url(const void *left, const void *right)
{
    const struct members_file *const *a = left, *const *b = right;
    return strcmp((*a)->url, (*b)->url);
}

static void find_services(struct building *building)
{
    building->services =
        arena_array(&building->members->arena, building->count, sizeof(struct members_file *));
    for (size_t i = 0; i < building->count; i++)
        if (is_at(building, &building->files[i], CLASS_SERVICE, CLASS_ORGANIZATION))
            building->services[building->service_count++] = &building->files[i];
    if (building->service_count)
        qsort(building->services, building->service_count, sizeof *building->services, by_url);
}

static void find_uses(struct building *building)
{
    building->uses =
        arena_array(&building->members->arena, building->count, sizeof(struct usage_said *));
    for (size_t i = 0; i < building->count; i++) {
        const struct members_file *file = &building->files[i];
        if (!file->use || file->parent < 0)
            continue;
        const struct usage_said **best = &building->uses[file->parent];
        if (!*best || strcmp(file->use->month, (*best)->month) > 0)
            *best = file->use;
    }
}

/* The same file below another member. */
static bool is_listed_elsewhere(const struct building *building, const struct members_file *file)
{
    const char *parent = building->files[file->parent].url;
    size_t low = 0, high = building->service_count;
    while (low < high) { /* to the first with the address */
        size_t middle = low + (high - low) / 2;
        if (strcmp(building->services[middle]->url, file->url) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < building->service_count; low++) {
        const struct members_file *other = building->services[low];
        if (strcmp(other->url, file->url) != 0)
            return false;
        if (strcmp(building->files[other->parent].url, parent) != 0)
            return true;
    }
    return false;
}

static struct member_service service_of(const struct building *building,
                                        const struct member *member,
                                        const struct members_file *file)
{
    const struct declaration *declaration = file->declaration;
    const char *name = declaration->name ? declaration->name : file->name;
    return (struct member_service){
        .id = id_of(building, file),
        .name = short_name(building, name ? name : host_of(building, file->url)),
        .url = declaration->website,
        .software = declaration->software ? short_name(building, declaration->software) : NULL,
        .fate = service_fate(building, member, declaration),
        .listed_elsewhere = is_listed_elsewhere(building, file),
        .remembered = file->id != NULL,
        .source = file->url,
        .declaration = declaration,
        .use = building->uses[file - building->files],
    };
}

static int by_service_id(const void *left, const void *right)
{
    const struct member_service *a = left, *b = right;
    int difference = strcmp(a->id, b->id);
    if (!difference)
        difference = b->remembered - a->remembered;
    return difference ? difference : strcmp(a->source, b->source);
}

static void part_services(const struct building *building, struct member *member)
{
    struct member_service *services = member->services;
    qsort(services, member->service_count, sizeof *services, by_service_id);
    for (size_t i = member->service_count; i-- > 1;)
        if (strcmp(services[i].id, services[i - 1].id) == 0)
            services[i].id = other_id(building, services[i].id, services[i].source);
    qsort(services, member->service_count, sizeof *services, by_service_id);
}

static bool has_service(const struct member *member, const char *source)
{
    for (size_t i = 0; i < member->service_count; i++)
        if (strcmp(member->services[i].source, source) == 0)
            return true;
    return false;
}

static void add_services(const struct building *building, struct member *member, int parent)
{
    struct member_service found[MEMBERS_SERVICES_MAX];
    member->services = found;
    for (size_t i = 0; i < building->count; i++) {
        const struct members_file *file = &building->files[i];
        if (file->parent == parent && member->service_count < MEMBERS_SERVICES_MAX &&
            is_at(building, file, CLASS_SERVICE, CLASS_ORGANIZATION) &&
            !has_service(member, file->url))
            found[member->service_count++] = service_of(building, member, file);
    }
    member->services = arena_array(&building->members->arena, member->service_count, sizeof *found);
    memcpy(member->services, found, member->service_count * sizeof *found);
    part_services(building, member);
}

/* ---- members ---- */

static bool has_member(const struct members *members, const char *source)
{
    for (size_t i = 0; i < members->count; i++)
        if (strcmp(members->list[i].source, source) == 0)
            return true;
    return false;
}

static void add_member(const struct building *building, size_t index)
{
    const struct members_file *file = &building->files[index];
    const struct declaration *declaration = file->declaration;
    struct member *member = &building->members->list[building->members->count++];
    *member = (struct member){
        .id = id_of(building, file),
        .name = declaration->name ? short_name(building, declaration->name)
                                  : host_of(building, file->url),
        .website = declaration->website,
        .fate = member_fate(building, declaration),
        .remembered = file->id != NULL,
        .source = file->url,
        .declaration = declaration,
    };
    add_services(building, member, (int)index);
}

static int by_member_id(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int difference = strcmp(a->id, b->id);
    if (!difference)
        difference = b->remembered - a->remembered;
    return difference ? difference : strcmp(a->source, b->source);
}

static void part_members(const struct building *building)
{
    struct members *members = building->members;
    if (!members->count)
        return;
    qsort(members->list, members->count, sizeof *members->list, by_member_id);
    for (size_t i = members->count; i-- > 1;)
        if (strcmp(members->list[i].id, members->list[i - 1].id) == 0)
            members->list[i].id = other_id(building, members->list[i].id, members->list[i].source);
    qsort(members->list, members->count, sizeof *members->list, by_member_id);
}

void members_build(struct members *members, const struct members_file *files, size_t count,
                   struct wall now)
{
    char stamp[STAMP_SIZE];
    struct building building = {.members = members, .files = files, .count = count};
    text_copy(building.today, sizeof building.today,
              stamp_seconds(wall_seconds(now), stamp)); /* cut behind the day */
    *members = (struct members){0};
    members->list = arena_array(&members->arena, count, sizeof *members->list);
    find_services(&building);
    find_uses(&building);
    for (size_t i = 0; i < count; i++)
        if (is_at(&building, &files[i], CLASS_ORGANIZATION, CLASS_FEDERATION) &&
            !has_member(members, files[i].url))
            add_member(&building, i);
    part_members(&building);
}

void members_fini(struct members *members)
{
    arena_free(&members->arena);
    *members = (struct members){0};
}

/* ---- for the configuration ---- */

static void add_text(struct buffer *out, const char *key, const char *value)
{
    if (!value)
        return;
    buffer_printf(out, ",\"%s\":", key);
    json_add_text(out, value);
}

static void add_day(struct buffer *out, const char *key, const char *date)
{
    if (date)
        buffer_printf(out, ",\"%s\":\"%.10s\"", key, date);
}

/* What is said of a state, with the reason that is given for it, cut to what a page has room for. */
static void add_declared(struct buffer *out, const char *word, const struct declaration *said)
{
    char reason[MEMBERS_NAME_MAX];
    if (strcmp(word, declared_words[DECLARED_UNKNOWN]) != 0)
        add_text(out, "declared", word);
    if (!said->status_description)
        return;
    text_copy(reason, sizeof reason, said->status_description);
    add_text(out, "declared-reason", reason);
}

/* As `host.provider.type` has it. */
static const char *hosting_of(const struct declaration *said)
{
    static const struct {
        const char *word;
        enum hosting hosting;
    } words[] = {{"home", HOSTING_HOME},
                 {"hostedbay", HOSTING_BAY},
                 {"hostedserver", HOSTING_SERVER},
                 {"outsourced", HOSTING_OUTSOURCED}};
    for (size_t i = 0; said->host_place && i < ARRAY_LEN(words); i++)
        if (strcasecmp(said->host_place, words[i].word) == 0)
            return hosting_words[words[i].hosting];
    return NULL;
}

static void add_count(struct buffer *out, const char *key, int64_t count)
{
    if (count != USERS_UNKNOWN)
        buffer_printf(out, ",\"%s\":%lld", key, (long long)count);
}

static void add_use(struct buffer *out, const struct usage_said *use)
{
    if (!use)
        return;
    add_text(out, "use-month", use->month);
    add_count(out, "use-accounts", use->accounts);
    add_count(out, "use-active", use->active);
}

static void add_service(struct buffer *out, const struct member_service *service)
{
    const struct declaration *said = service->declaration;
    buffer_printf(out, "{\"id\":\"%s\"", service->id);
    add_text(out, "name", service->name);
    add_text(out, "url", service->url);
    add_text(out, "software", service->software);
    add_declared(out, declared_words[said->state], said);
    add_text(out, "hosting", hosting_of(said));
    add_use(out, service->use);
    add_day(out, "until", said->end);
    add_text(out, "source", service->source);
    add_day(out, "source-date", said->datetime);
    buffer_byte(out, '}');
}

static void add_unmeasured(struct buffer *out, const struct member_service *service)
{
    const struct declaration *said = service->declaration;
    buffer_printf(out, "{\"fate\":\"%s\"", fate_words[service->fate]);
    add_text(out, "name", service->name);
    add_text(out, "declared", said->state != DECLARED_UNKNOWN ? declared_words[said->state] : NULL);
    add_day(out, "until", said->end);
    add_text(out, "source", service->source);
    buffer_byte(out, '}');
}

static bool is_shown(const struct member_service *service)
{
    return service->fate == FATE_OVER || service->fate == FATE_UNMEASURED;
}

static bool is_measured(const struct member_service *service)
{
    return service->fate == FATE_MEASURED;
}

static void write_services(struct buffer *out, const char *key, const struct member *member,
                           bool (*is_among)(const struct member_service *service),
                           void (*add)(struct buffer *out, const struct member_service *service))
{
    size_t written = 0;
    buffer_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < member->service_count; i++) {
        if (!is_among(&member->services[i]))
            continue;
        buffer_text_add(out, written++ ? "," : "");
        add(out, &member->services[i]);
    }
    buffer_byte(out, ']');
}

/* A longer one is none (RFC 5321, section 4.5.3.1.3), and the configuration takes none. */
static void add_contact(struct buffer *out, const char *address)
{
    if (address && strlen(address) <= MEMBERS_CONTACT_MAX && strchr(address, '@'))
        add_text(out, "contact", address);
}

enum presence members_presence(const struct member *member)
{
    const struct declaration *said = member->declaration;
    return said->membership != PRESENCE_UNKNOWN && said->status != PRESENCE_AWAY ? said->membership
                                                                                 : said->status;
}

void members_write(const struct member *member, struct buffer *out)
{
    const struct declaration *said = member->declaration;
    buffer_printf(out, "{\"hoster\":\"%s\"", member->id);
    add_text(out, "name", member->name);
    add_text(out, "website", member->website);
    add_contact(out, said->contact_email);
    add_text(out, "source", member->source);
    add_day(out, "source-date", said->datetime);
    add_declared(out, presence_words[members_presence(member)], said);
    write_services(out, "services", member, is_measured, add_service);
    write_services(out, "unmeasured", member, is_shown, add_unmeasured);
    buffer_text_add(out, "}\n");
}
