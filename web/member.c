#include "member.h"

#include "block.h"
#include "macros.h"
#include "names.h"
#include "state.h"

static size_t count_counted(const struct hoster *hoster)
{
    size_t count = 0;
    for (size_t i = 0; i < hoster->service_count; i++)
        count += hoster->services[i].counted;
    return count;
}

/* A hoster with nothing but experiments is judged by these. */
static void choose_counted(struct sheet *sheet, struct member *member)
{
    size_t count = count_counted(member->hoster), used = 0;
    if (count == 0 || count == member->hoster->service_count) {
        member->counted = member->pasts;
        member->counted_count = member->hoster->service_count;
        return;
    }
    struct past *counted = arena_array(&sheet->arena, count, sizeof *counted);
    for (size_t i = 0; i < member->hoster->service_count; i++)
        if (member->pasts[i].service->counted)
            counted[used++] = member->pasts[i];
    member->counted = counted;
    member->counted_count = used;
}

static void judge(struct member *member)
{
    for (size_t i = 0; i < member->counted_count; i++) {
        enum look look = member->counted[i].look;
        member->looks[look]++;
        if (look > member->look)
            member->look = look;
    }
    for (size_t i = 0; i < member->hoster->service_count; i++)
        member->normal += member->pasts[i].belief.state == OUTCOME_UP;
}

struct member member_of(struct sheet *sheet, const struct hoster *hoster, int64_t from)
{
    struct member member = {.hoster = hoster, .name = block_hoster_name(sheet, hoster)};
    struct past *pasts = hoster->service_count
                             ? arena_array(&sheet->arena, hoster->service_count, sizeof *pasts)
                             : NULL;
    for (size_t i = 0; i < hoster->service_count; i++)
        pasts[i] = past_of(sheet->page, &hoster->services[i], from, &sheet->arena);
    member.key = names_key(&sheet->arena, member.name);
    member.pasts = pasts;
    choose_counted(sheet, &member);
    judge(&member);
    return member;
}

int64_t member_measured(const struct member *member)
{
    int64_t measured = 0;
    for (size_t i = 0; i < member->hoster->service_count; i++)
        if (member->pasts[i].belief.measured > measured)
            measured = member->pasts[i].belief.measured;
    return measured;
}

bool member_is_alike(const struct member *member)
{
    return member->look == LOOK_UP || member->counted_count < 2 ||
           member->looks[member->look] == member->counted_count;
}

const char *member_state(struct sheet *sheet, const struct member *member)
{
    size_t touched = member->looks[member->look];
    if (member_is_alike(member))
        return state_word(sheet, member->look);
    struct word_value total[] = {
        word_plain("total", format_count(&sheet->format, (int64_t)member->counted_count)),
        {.name = NULL}};
    if (member->look == LOOK_DOWN)
        return sheet_text_plural(sheet, "{n} service of {total} unavailable",
                                 "{n} services of {total} unavailable", (int64_t)touched, total);
    if (member->look == LOOK_MAINTENANCE)
        return sheet_text_plural(sheet, "{n} service of {total} under maintenance",
                                 "{n} services of {total} under maintenance", (int64_t)touched,
                                 total);
    return sheet_text_plural(sheet, "{n} service of {total} disrupted",
                             "{n} services of {total} disrupted", (int64_t)touched, total);
}
