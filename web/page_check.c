#include "page.h"

#include "frame.h"
#include "inquiry.h"
#include "macros.h"
#include "part.h"

static void write_what(struct sheet *sheet)
{
    part_open(sheet, "what-h", N_("What is looked at"));
    part_say(sheet,
             N_("The file is fetched as our monitor does it for its register: over https or http, "
                "at most 64 KiB of it (1 MiB of metrics), after five redirects at most, never from "
                "a private network, and only at ports 80, 443 and those from 1024 on. Nothing is "
                "kept of it, nor of who asked."),
             NULL);
    part_say(sheet,
             N_("An error: something cannot be used. A warning: it is against the format, though "
                "understood. A notice: a recommendation."),
             NULL);
    part_close(sheet);
}

static void write_own(struct sheet *sheet)
{
    part_open(sheet, "own-h", N_("On your own machine"));
    part_say(sheet,
             N_("vibrisse does the same on the command line, also for files that are not "
                "published yet, and asks questions to make new ones:"),
             NULL);
    html_raw(sheet->out, "<pre>vibrisse register lint organization.properties\n"
                         "vibrisse register init</pre>\n");
    part_close(sheet);
}

void page_check(const struct page *page, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("Check a file of ChatonsInfos"),
        .description =
            N_("Give the address of a file by which a hoster tells of itself (ChatonsInfos, "
               "librehost.json), and read what is wrong with it and how to correct it."),
        .path = "check/",
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    part_lead(&sheet, frame.description, NULL);
    html_raw(out, "</section>\n" INQUIRY_BEGIN "<div class=\"form\">\n");
    part_say(&sheet,
             N_("There is no form here at the moment: these pages are served without their "
                "monitor."),
             NULL);
    html_raw(out, "</div>\n" INQUIRY_END "\n");
    write_what(&sheet);
    write_own(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}
