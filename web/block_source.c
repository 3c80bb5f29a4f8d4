#include "block.h"

#include "frame.h"
#include "macros.h"
#include "stamp.h"
#include "text.h"

#include <string.h>

/* A fact on the page, and which key of a file it is from. */
struct fact {
    const char *key, *label; /* N_() */
    bool is_there;
    bool is_of_register; /* of such facts registers tell */
};

/* Where the facts of one subject come from. */
struct origin {
    const char *source, *date, *adjusted; /* of the subject */
    const struct fact *facts;
    size_t count;
};

/* "name url" has "url". */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; at && (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static bool is_ours(const struct origin *origin, const struct fact *fact)
{
    return !origin->source || !fact->is_of_register || has_word(origin->adjusted, fact->key);
}

/* «name, address, software»; NULL = none. */
static const char *list_facts(struct sheet *sheet, const struct origin *origin, bool ours)
{
    const char *list = NULL;
    for (size_t i = 0; i < origin->count; i++) {
        const struct fact *fact = &origin->facts[i];
        if (!fact->is_there || is_ours(origin, fact) != ours)
            continue;
        const char *label = sheet_text(sheet, fact->label, NULL);
        list = list ? arena_printf(&sheet->arena, "%s, %s", list, label) : label;
    }
    return list;
}

static void say_theirs(struct sheet *sheet, const struct origin *origin, const char *facts)
{
    struct wall day;
    struct word_value file = word_link("file", origin->source, origin->source);
    if (origin->date && stamp_parse(origin->date, &day))
        sheet_say(
            sheet,
            N_("{facts}: from the hoster’s file {file}, dated {date}. What is wrong there is "
               "corrected there, by the hoster, and read again before long."),
            VALUES(word_plain("facts", facts), file, sheet_date(sheet, "date", wall_seconds(day))));
    else
        sheet_say(sheet,
                  N_("{facts}: from the hoster’s file {file}, which bears no date. What is wrong "
                     "there is corrected there, by the hoster, and read again before long."),
                  VALUES(word_plain("facts", facts), file));
    if (!sheet->page->practice->registers)
        return;
    struct word_value registers =
        word_link("journal", sheet_text(sheet, N_("the journal of readings"), NULL),
                  arena_printf(&sheet->arena, "%sregister/", sheet->top));
    html_raw(sheet->out, " ");
    sheet_say(sheet, N_("When it was read and what was found in it: {journal}."),
              VALUES(registers));
}

static void say_ours(struct sheet *sheet, const char *facts)
{
    const char *contact = frame_contact(sheet);
    struct word_value what = word_plain("facts", facts);
    if (contact)
        sheet_say(sheet,
                  N_("{facts}: entered by those who run this monitor, as of today. To correct it, "
                     "write to {contact}."),
                  VALUES(what, word_link("contact", sheet->page->collective->contact, contact)));
    else
        sheet_say(sheet,
                  N_("{facts}: entered by those who run this monitor, as of today. To correct it, "
                     "write to them."),
                  VALUES(what));
}

/* Where nobody serves a form there, the page tells of the command that does the same. */
static void say_check(struct sheet *sheet)
{
    html_raw(sheet->out, " ");
    sheet_say(sheet, N_("The file can be {checked} here."),
              VALUES(word_link("checked", sheet_text(sheet, N_("checked"), NULL),
                               arena_printf(&sheet->arena, "%scheck/", sheet->top))));
}

static void write_origin(struct sheet *sheet, const struct origin *origin)
{
    const char *theirs = list_facts(sheet, origin, false), *ours = list_facts(sheet, origin, true);
    if (theirs) {
        html_raw(sheet->out, "<li>");
        say_theirs(sheet, origin, theirs);
        say_check(sheet);
        html_raw(sheet->out, "</li>\n");
    }
    if (ours) {
        html_raw(sheet->out, "<li>");
        say_ours(sheet, ours);
        html_raw(sheet->out, "</li>\n");
    }
}

/* What no file tells. */
static void write_measured(struct sheet *sheet, int64_t begin)
{
    struct word_value method = word_link("method", sheet_text(sheet, N_("the method"), NULL),
                                         arena_printf(&sheet->arena, "%smethod/", sheet->top));
    struct word_value dispute =
        word_link("dispute", sheet_text(sheet, N_("a correction or a dispute"), NULL),
                  arena_printf(&sheet->arena, "%sabout/#say-h", sheet->top));
    html_raw(sheet->out, "<li>");
    if (begin)
        sheet_say(sheet,
                  N_("States, figures, interruptions and certificates: measured by us since "
                     "{date}, by {method}. Beside them stands {dispute}."),
                  VALUES(sheet_date(sheet, "date", begin), method, dispute));
    else
        sheet_say(sheet,
                  N_("States, figures, interruptions and certificates: measured by us, by "
                     "{method}. Beside them stands {dispute}."),
                  VALUES(method, dispute));
    html_raw(sheet->out, "</li>\n<li>");
    sheet_say(sheet,
              N_("Maintenance and notes: each with who says it and when; whoever said it has it "
                 "corrected, in the same way."),
              NULL);
    html_raw(sheet->out, "</li>\n");
}

static void open_section(struct sheet *sheet)
{
    html_raw(sheet->out, "<section aria-labelledby=\"src-h\">\n<h2 id=\"src-h\">");
    sheet_say(sheet, N_("Where this comes from"), NULL);
    html_raw(sheet->out, "</h2>\n");
}

void block_source_service(struct sheet *sheet, const struct service *service, int64_t begin)
{
    const struct fact facts[] = {
        {"name", N_("name"), true, true},
        {"url", N_("address"), service->url, true},
        {"software", N_("software"), service->software, true},
        {"declared", N_("declared state"), service->declared != DECLARED_UNKNOWN, true},
        {"hosting", N_("where it is hosted"), service->hosting != HOSTING_UNKNOWN, true},
        {"kind", N_("kind"), service->kind.count, false},
        {"counted", N_("that it is not counted"), !service->counted, false},
        {"parent", N_("what it depends on"), service->parent, false},
    };
    struct origin origin = {service->source, service->source_date, service->adjusted, facts,
                            ARRAY_LEN(facts)};
    if (origin.source && !html_is_web_address(origin.source))
        origin.source = NULL;
    open_section(sheet);
    block_declared_meaning(sheet, service);
    html_raw(sheet->out, "<ul class=\"limits\">\n");
    write_origin(sheet, &origin);
    write_measured(sheet, begin);
    html_raw(sheet->out, "</ul>\n</section>\n");
}

/* Each service has its own page that tells this of it: here, only the file. */
static void write_services(struct sheet *sheet, const struct hoster *hoster)
{
    size_t written = 0;
    for (size_t i = 0; i < hoster->service_count; i++) {
        const struct service *service = &hoster->services[i];
        if (!service->source || !html_is_web_address(service->source))
            continue;
        if (!written++) {
            html_raw(sheet->out, "<li>");
            sheet_say(sheet,
                      N_("Its services: each page says where its facts come from. Their files:"),
                      NULL);
        }
        html_text(sheet->out, written > 1 ? ", " : " ");
        struct word_value link =
            word_link(NULL, block_service_name(sheet, service), service->source);
        sheet_value(sheet, &link);
    }
    if (written)
        html_raw(sheet->out, ".</li>\n");
}

void block_source_hoster(struct sheet *sheet, const struct hoster *hoster, int64_t begin)
{
    const struct fact facts[] = {
        {"name", N_("name"), true, true},
        {"website", N_("website"), hoster->website, true},
        {"services", N_("list of services"), true, true},
        {"declared", N_("declared state"), hoster->declared != PRESENCE_UNKNOWN, true},
        {"kind", N_("form"), hoster->kind.count, false},
        {"place", N_("place"), hoster->place, false},
    };
    struct origin origin = {hoster->source, hoster->source_date, hoster->adjusted, facts,
                            ARRAY_LEN(facts)};
    if (origin.source && !html_is_web_address(origin.source))
        origin.source = NULL;
    open_section(sheet);
    html_raw(sheet->out, "<ul class=\"limits\">\n");
    write_origin(sheet, &origin);
    write_services(sheet, hoster);
    write_measured(sheet, begin);
    html_raw(sheet->out, "</ul>\n</section>\n");
}
