#include "report_practice.h"

#include "macros.h"
#include "part.h"
#include "report_part.h"

static void write_counted(const struct report_view *view, const char *title, const char *list,
                          const struct report_counted_word *words, size_t count)
{
    size_t most = 0;
    if (!count)
        return;
    html_raw(view->sheet->out, "<h3>");
    sheet_say(view->sheet, title, NULL);
    html_raw(view->sheet->out, "</h3>\n");
    for (size_t i = 0; i < count; i++)
        most = words[i].count > most ? words[i].count : most;
    report_bars_open(view);
    for (size_t i = 0; i < count; i++)
        report_bar(view,
                   *words[i].word ? words[i].word
                                  : sheet_text(view->sheet, N_("not measured"), NULL),
                   report_count(view, "", report_of_row(view, list, i, "count"), words[i].count),
                   words[i].count, most);
    report_bars_close(view);
}

static void figure_expired(const struct report_view *view)
{
    const struct report_certificates *certificates = &view->report->certificates;
    const char *phrase =
        sheet_text_plural(view->sheet, "{n} expired certificate", "{n} expired certificates",
                          (int64_t)certificates->expired, NULL);
    struct word_value whole =
        report_phrase(view, "certificates.expired", certificates->expired, phrase);
    struct word_value services =
        report_count(view, "services", "certificates.services", certificates->services);
    if (certificates->expired_s.count)
        report_figure_few(
            view, certificates->expired_s.count < REPORT_FEW, whole,
            N_("that made a service unavailable; services that show one: {services}; "
               "half were replaced within {median}"),
            VALUES(services, report_seconds(view, "median", "certificates.expired_s.median",
                                            certificates->expired_s.median)));
    else
        report_figure_few(view, certificates->services < REPORT_FEW, whole,
                          N_("that made a service unavailable; services that show one: {services}"),
                          VALUES(services));
}

static void figure_renewed(const struct report_view *view)
{
    const struct report_certificates *certificates = &view->report->certificates;
    if (!certificates->advance_s.count)
        return;
    report_figure_few(
        view, certificates->advance_s.count < REPORT_FEW,
        report_seconds(view, "", "certificates.renewed_in_advance_s.median",
                       certificates->advance_s.median),
        N_("before its end a certificate was renewed, by the median of {count}; {late} were "
           "renewed "
           "too late. They were valid for {lifetime} (median)"),
        VALUES(report_count(view, "count", "certificates.renewed_in_advance_s.count",
                            certificates->advance_s.count),
               report_count(view, "late", "certificates.renewed_late", certificates->late),
               report_seconds(view, "lifetime", "certificates.lifetimes_s.median",
                              certificates->lifetimes_s.median)));
}

static void figure_maintenance(const struct report_view *view)
{
    const struct report_maintenance *maintenance = &view->report->maintenance;
    report_figure_few(
        view, maintenance->in_time < REPORT_FEW,
        report_phrase(view, "maintenance.announced", maintenance->announced,
                      sheet_text_plural(view->sheet, "{n} maintenance announced",
                                        "{n} maintenances announced",
                                        (int64_t)maintenance->announced, NULL)),
        N_("{cancelled} cancelled, {late} announced too late to count; of {in_time} announced in "
           "time, {ahead} were a day ahead and {kept} kept to their time"),
        VALUES(report_count(view, "cancelled", "maintenance.cancelled", maintenance->cancelled),
               report_count(view, "late", "maintenance.late", maintenance->late),
               report_count(view, "in_time", "maintenance.in_time", maintenance->in_time),
               report_count(view, "ahead", "maintenance.day_ahead", maintenance->day_ahead),
               report_count(view, "kept", "maintenance.kept", maintenance->kept)));
}

void report_practice(const struct report_view *view)
{
    const struct report *report = view->report;
    const struct report_certificates *certificates = &report->certificates;
    part_open(view->sheet, "sec-h", N_("Certificates, IPv6, answers, maintenance"));
    report_figures_open(view);
    figure_expired(view);
    figure_renewed(view);
    report_part_ipv6(view, &report->ipv6_published, &report->ipv6_working);
    report_part_answers(view, &report->answers);
    figure_maintenance(view);
    report_figures_close(view);
    html_raw(view->sheet->out, "<div class=\"two\"><div>\n");
    write_counted(view, N_("Who issued the certificates"), "certificates.issuers",
                  certificates->issuers, certificates->issuer_count);
    html_raw(view->sheet->out, "</div><div>\n");
    write_counted(view, N_("Version of TLS"), "certificates.protocols", certificates->protocols,
                  certificates->protocol_count);
    html_raw(view->sheet->out, "</div></div>\n");
    report_say_few(view, certificates->services > 0 && certificates->services < REPORT_FEW);
    part_close(view->sheet);
}
