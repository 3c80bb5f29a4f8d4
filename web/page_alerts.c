#include "page.h"

#include "frame.h"
#include "inquiry.h"
#include "macros.h"
#include "part.h"

static void write_what(struct sheet *sheet)
{
    part_open(sheet, "what-h", N_("Who is told"));
    part_say(
        sheet,
        N_("An address that stands in a hoster’s own files is asked once whether it wants to be "
           "told when a service fails. Without a yes it receives nothing else."),
        NULL);
    part_say(sheet,
             N_("Every message has a link by which its owner ends them at once. The link is the "
                "key: whoever has it decides for the address, so do not pass it on. Of the address "
                "we keep no more than what the hoster publishes, and what was answered."),
             NULL);
    part_close(sheet);
}

void page_alerts(const struct page *page, struct buffer *out)
{
    static const struct frame frame = {
        .title = N_("Alerts to an address"),
        .description = N_("Whether an address is told when a hoster’s service fails."),
        .path = "alerts/",
    };
    struct sheet sheet;
    part_open_page(&sheet, page, &frame, out);
    html_raw(out, "</section>\n" INQUIRY_BEGIN "<div class=\"form\">\n");
    part_say(&sheet,
             N_("There is no form here at the moment: these pages are served without their "
                "monitor."),
             NULL);
    html_raw(out, "</div>\n" INQUIRY_END "\n");
    write_what(&sheet);
    frame_close(&sheet);
    sheet_close(&sheet);
}
