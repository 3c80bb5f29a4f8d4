#include "interview.h"

#include "buffer.h"
#include "form.h"
#include "inspection.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

enum { ANSWERS_MAX = 64, FILE_MAX = 64 * 1024, SENTENCE_MAX = 2048 };

static const char needed[] = "this one is needed";

/* In a preset, {key} stands for the answer of another question. */
struct question {
    const char *key, *text, *preset;
};

static const struct question of_organization[] = {
    {"organization.name", "Name of your organization", ""},
    {"organization.description", "What it is, in a few words", ""},
    {"organization.type", "What kind of body", "ASSOCIATION"},
    {"organization.website", "Its website", ""},
    {"organization.contact.email", "Mail address for those who have a question", ""},
    {"organization.contact.url", "Page to get in touch", ""},
    {"organization.legal.url", "Page with the terms or the legal notice", ""},
    {"organization.logo", "Address of its logo", ""},
    {"organization.country.name", "Country", "France"},
    {"organization.country.code", "Its two letters", "FR"},
    {"organization.startdate", "Since when it exists (year-month-day)", ""},
    {"organization.memberof.chatons.startdate", "Since when it is a member of CHATONS", ""},
};

static const struct question of_service[] = {
    {"service.website", "Address that people open", ""},
    {"service.description", "What it is for, in a few words", ""},
    {"software.name", "Software", ""},
    {"software.license.name", "Its licence, as spdx.org writes it", "AGPL-3.0-or-later"},
    {"software.license.url", "Text of the licence",
     "https://spdx.org/licenses/{software.license.name}.html"},
    {"service.startdate", "Since when it is open (year-month-day)", ""},
    {"service.registration", "Who may use it: None (no account), Free, Member, Client", "Free"},
    {"service.registration.load", "New accounts: OPEN or FULL", "OPEN"},
    {"service.install.type", "Installed by", "DISTRIBUTION"},
    {"host.name", "Who runs the machine", "{organization.name}"},
    {"host.server.distribution", "Operating system", "Debian"},
    {"host.server.type", "Machine: NANO, PHYSICAL, VIRTUAL, SHARED, CLOUD", "VIRTUAL"},
    {"host.provider.type", "Where: HOME, HOSTEDBAY, HOSTEDSERVER, OUTSOURCED", "HOSTEDSERVER"},
    {"host.country.name", "Country of the machine", "{organization.country.name}"},
    {"host.country.code", "Its two letters", "{organization.country.code}"},
};

/* What is not asked. */
static const struct question given[] = {
    {"file.protocol", NULL, "ChatonsInfos-0.5"},
    {"file.generator", NULL, "vibrisse register init"},
    {"organization.status.level", NULL, "ACTIVE"},
    {"organization.memberof.chatons.status.level", NULL, "ACTIVE"},
    {"service.status.level", NULL, "OK"},
};

struct sitting {
    struct interview *interview;
    const struct interview_talk *talk;
    const struct ontology *ontology;
    int64_t today;
    struct {
        const char *key, *value;
    } answers[ANSWERS_MAX];
    size_t answer_count;
    const char *base, *id; /* where the files will be, with its last slash; of the organization */
    const char *unanswered;
};

/* ---- answers ---- */

static const char *answer_of(const struct sitting *sitting, const char *key)
{
    for (size_t i = sitting->answer_count; i-- > 0;)
        if (strcmp(sitting->answers[i].key, key) == 0)
            return sitting->answers[i].value;
    return "";
}

static void note(struct sitting *sitting, const char *key, const char *value)
{
    if (sitting->answer_count == ANSWERS_MAX)
        return;
    sitting->answers[sitting->answer_count].key = key;
    sitting->answers[sitting->answer_count++].value = arena_text(&sitting->interview->arena, value);
}

static const char *preset_of(struct sitting *sitting, const char *preset)
{
    const char *open = strchr(preset, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return preset;
    struct arena *arena = &sitting->interview->arena;
    const char *value =
        answer_of(sitting, arena_bytes(arena, open + 1, (size_t)(close - open - 1)));
    size_t length = strlen(value);
    if (close[1] == '/' && text_ends(value, "/"))
        length--;
    return length ? arena_printf(arena, "%.*s%.*s%s", (int)(open - preset), preset, (int)length,
                                 value, close + 1)
                  : "";
}

/* ---- what an answer is worth ---- */

static void tell(const struct sitting *sitting, const struct remark *remark)
{
    struct buffer text, advice;
    buffer_init(&text, SENTENCE_MAX);
    buffer_init(&advice, SENTENCE_MAX);
    remark_sentence(remark, NULL, &text);
    remark_advice(remark, NULL, &advice);
    if (advice.length)
        buffer_printf(&text, " (%s)", buffer_text(&advice));
    sitting->talk->tell(sitting->talk->owner, buffer_text(&text));
    buffer_fini(&advice);
    buffer_fini(&text);
}

/* As a line of a file would be read; NULL when nothing of it can be used. Words as the format writes them. */
static const char *read_line(const struct sitting *sitting, const char *key, const char *answer,
                             struct remarks *remarks)
{
    struct arena *arena = &sitting->interview->arena;
    const struct ontology_row *row = ontology_find(sitting->ontology, key);
    const char *line = arena_printf(arena, "%s = %s\n", key, answer), *value = NULL;
    struct properties properties;
    if (properties_parse(&properties, line, strlen(line), remarks) && properties.count == 1) {
        const struct property property = {
            .key = key, .value = arena_text(arena, properties.list[0].value), .line = 1};
        value = inspection_read(&property, row, arena, remarks);
        if (value && row->form == FORM_WORD)
            value = row->words[ontology_word(row, property.value)];
        if (value && row->form == FORM_DATE && form_day(value) > sitting->today)
            remarks_add(remarks, REMARK_future, 1, key, value, NULL);
    }
    properties_fini(&properties);
    return value;
}

/* Whether the values of two keys go together. */
static bool fits(const struct sitting *sitting, const char *key, const char *value)
{
    for (size_t i = 0; i < sitting->ontology->pair_count; i++) {
        const struct ontology_pair *pair = &sitting->ontology->pairs[i];
        bool among = strcmp(pair->second, key) != 0 ||
                     strcmp(answer_of(sitting, pair->first), pair->value) != 0;
        for (const char *const *other = pair->others; *other && !among; other++)
            among = strcmp(*other, value) == 0;
        if (!among) {
            struct remark remark = {REMARK_combination, 1, key, value, pair->value};
            tell(sitting, &remark);
            return false;
        }
    }
    return true;
}

/* In the form in which nothing is found, or NULL after telling what is; whoever insists has it in the form of its own. A
 * list that loses an element is no such form. */
static const char *weigh(const struct sitting *sitting, const char *key, const char *answer,
                         bool insists)
{
    struct remarks first = {0}, again = {0};
    const char *value = read_line(sitting, key, answer, &first);
    if (value)
        read_line(sitting, key, value, &again);
    bool is_list = ontology_find(sitting->ontology, key)->form == FORM_WORDS;
    const struct remark *remark = again.count                          ? &again.list[0]
                                  : first.count && (is_list || !value) ? &first.list[0]
                                                                       : NULL;
    if (remark)
        tell(sitting, remark);
    else if (!value)
        sitting->talk->tell(sitting->talk->owner, needed);
    else if (!fits(sitting, key, value) && !insists)
        value = NULL;
    if (remark && !insists)
        value = NULL;
    remarks_fini(&first);
    remarks_fini(&again);
    return value;
}

static const char *copy_answer(const struct sitting *sitting, const char *answer)
{
    char *copy = arena_alloc(&sitting->interview->arena, 3 * strlen(answer) + 1);
    text_clean(copy, 3 * strlen(answer) + 1, answer, strlen(answer));
    while (*copy == ' ')
        copy++;
    for (size_t end = strlen(copy); end && copy[end - 1] == ' ';)
        copy[--end] = '\0';
    return copy;
}

/* NULL = there are no more answers. "-" is the answer of those who want to leave it empty in spite of a preset. */
static const char *ask(struct sitting *sitting, const char *question, const char *preset)
{
    const char *answer = sitting->talk->ask(sitting->talk->owner, question, preset);
    if (!answer)
        return NULL;
    answer = copy_answer(sitting, answer);
    return *answer ? strcmp(answer, "-") == 0 ? "" : answer : preset;
}

static int answer(struct sitting *sitting, const struct question *question)
{
    const struct ontology_row *row = ontology_find(sitting->ontology, question->key);
    const char *preset = preset_of(sitting, question->preset), *before = "", *value = NULL;
    while (!value) {
        const char *text = ask(sitting, question->text, preset);
        if (!text) {
            sitting->unanswered = question->text;
            return -1;
        }
        if (!*text && row->need < NEED_MANDATORY)
            return 0;
        if (*text)
            value = weigh(sitting, question->key, text, strcmp(text, before) == 0);
        else
            sitting->talk->tell(sitting->talk->owner, needed);
        before = text;
    }
    note(sitting, question->key, value);
    return 0;
}

static int answer_all(struct sitting *sitting, const struct question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (answer(sitting, &questions[i]))
            return -1;
    return 0;
}

/* ---- files ---- */

static bool is_used(const struct sitting *sitting, const char *name)
{
    for (size_t i = 0; i < sitting->interview->count; i++)
        if (strcmp(sitting->interview->files[i].name, name) == 0)
            return true;
    return sitting->talk->taken(sitting->talk->owner, name);
}

/* "foyer-nuage" of the name; asked for as long as there is such a file. NULL = there are no more answers. */
static const char *choose_id(struct sitting *sitting, const char *prefix, const char *name)
{
    static const char question[] = "Short name for the name of the file: letters, digits, hyphens";
    struct arena *arena = &sitting->interview->arena;
    char id[FORM_ID_SIZE];
    bool good = form_id(name, id);
    for (;;) {
        const char *whole = arena_printf(arena, "%s%s", prefix, id);
        const char *file = arena_printf(arena, "%s.properties", whole);
        if (good && !is_used(sitting, file))
            return whole;
        if (good)
            sitting->talk->tell(sitting->talk->owner,
                                arena_printf(arena, "there is a file %s already", file));
        const char *text = ask(sitting, question, "");
        if (!text) {
            sitting->unanswered = question;
            return NULL;
        }
        good = form_id(text, id);
    }
}

/* Every key that is wanted at all, whether there is an answer to it or not. */
static void write_keys(const struct sitting *sitting, enum file_class class, struct buffer *out)
{
    const char *heading = "file."; /* it stands there with the class */
    for (size_t i = 0; i < sitting->ontology->row_count; i++) {
        const struct ontology_row *row = &sitting->ontology->rows[i];
        if (row->need == NEED_OPTIONAL || !ontology_fits(sitting->ontology, class, row->key) ||
            row->form == FORM_CLASS)
            continue;
        const char *star = strchr(row->key, '*');
        const char *key =
            star ? arena_printf(&sitting->interview->arena, "%.*s%s%s", (int)(star - row->key),
                                row->key, sitting->ontology->federation, star + 1)
                 : row->key;
        size_t section = strcspn(key, ".") + 1;
        if (strncmp(heading, key, section) != 0)
            buffer_printf(out, "\n# [%.*s]\n", (int)section - 1, key);
        heading = key;
        const char *value = answer_of(sitting, key);
        buffer_printf(out, "%s =%s%s\n", key, *value ? " " : "", value);
    }
}

static void write_file(struct sitting *sitting, enum file_class class, struct buffer *out)
{
    buffer_printf(out,
                  "# Made by vibrisse register init. Check it with: vibrisse register lint FILE\n"
                  "# [file]\nfile.class = %s\n",
                  class_words[class]);
    write_keys(sitting, class, out);
}

static void keep_file(struct sitting *sitting, size_t place, const char *id, struct buffer *text)
{
    struct arena *arena = &sitting->interview->arena;
    sitting->interview->files[place] = (struct interview_file){
        arena_printf(arena, "%s.properties", id), arena_text(arena, buffer_text(text))};
    if (sitting->interview->count <= place)
        sitting->interview->count = place + 1;
}

/* ---- the talk ---- */

static int ask_address(struct sitting *sitting)
{
    static const struct question where = {
        "file.url", "Address of the folder in which the files will be published",
        "{organization.website}/.well-known/chatonsinfos/"};
    struct arena *arena = &sitting->interview->arena;
    for (;;) {
        if (answer(sitting, &where))
            return -1;
        const char *base = answer_of(sitting, where.key);
        if (*base) {
            sitting->base = text_ends(base, "/") ? base : arena_printf(arena, "%s/", base);
            return 0;
        }
        sitting->talk->tell(sitting->talk->owner, needed);
    }
}

/* 1 when there is no other one. */
static int hold_service(struct sitting *sitting, struct buffer *subs)
{
    static const struct question name = {"service.name",
                                         "Name of a service (empty: there are no more)", ""};
    size_t kept = sitting->answer_count;
    struct arena *arena = &sitting->interview->arena;
    const char *text, *value;
    do {
        text = ask(sitting, name.text, "");
        if (!text || !*text)
            return 1;
        value = weigh(sitting, name.key, text, false);
    } while (!value);
    const char *id = choose_id(sitting, arena_printf(arena, "%s-", sitting->id), value);
    note(sitting, name.key, value);
    if (!id || answer_all(sitting, of_service, ARRAY_LEN(of_service)))
        return -1;
    struct buffer out;
    buffer_init(&out, FILE_MAX);
    write_file(sitting, CLASS_SERVICE, &out);
    keep_file(sitting, sitting->interview->count, id, &out);
    buffer_printf(subs, "subs.%s = %s%s.properties\n", id + strlen(sitting->id) + 1, sitting->base,
                  id);
    buffer_fini(&out);
    sitting->answer_count = kept;
    return 0;
}

static int hold_services(struct sitting *sitting, struct buffer *out)
{
    buffer_text_add(out, "\n# [subs]\n");
    int rc = 0;
    while (rc == 0 && sitting->interview->count <= INTERVIEW_SERVICES_MAX)
        rc = hold_service(sitting, out);
    return rc < 0 ? -1 : 0;
}

static int hold(struct sitting *sitting)
{
    struct buffer out;
    if (answer_all(sitting, of_organization, ARRAY_LEN(of_organization)) ||
        !(sitting->id = choose_id(sitting, "", answer_of(sitting, "organization.name"))) ||
        ask_address(sitting))
        return -1;
    sitting->interview->address =
        arena_printf(&sitting->interview->arena, "%s%s.properties", sitting->base, sitting->id);
    buffer_init(&out, FILE_MAX);
    write_file(sitting, CLASS_ORGANIZATION, &out);
    keep_file(sitting, 0, sitting->id, &out);
    int rc = hold_services(sitting, &out);
    keep_file(sitting, 0, sitting->id, &out);
    buffer_fini(&out);
    return rc;
}

int interview_hold(struct interview *interview, const struct interview_talk *talk,
                   const struct ontology *ontology, struct wall now, struct fault *fault)
{
    enum { DAY_S = 86400 };
    char stamp[STAMP_SIZE];
    struct sitting sitting = {.interview = interview,
                              .talk = talk,
                              .ontology = ontology,
                              .today = wall_seconds(now) / DAY_S};
    *interview = (struct interview){0};
    for (size_t i = 0; i < ARRAY_LEN(given); i++)
        note(&sitting, given[i].key, given[i].preset);
    stamp_seconds(wall_seconds(now), stamp);
    stamp[FORM_TIME_SIZE - 1] = '\0'; /* without its zone */
    note(&sitting, "file.datetime", stamp);
    if (hold(&sitting) == 0)
        return 0;
    interview->count = 0;
    return fault_set(fault, "the answers end at \"%s\"; nothing is written", sitting.unanswered);
}

void interview_fini(struct interview *interview)
{
    arena_free(&interview->arena);
    *interview = (struct interview){0};
}
