#include "report/explore/explore_page.h"

#include "base/error.h"
#include "base/file.h"

const struct section sections[] = {
    {"overview", "What is here", NULL, write_overview},
    {"emotions", "Emotions", NULL, write_emotions},
    {"sexes", "Women beside men", has_both_sexes, write_sexes},
    {"loudness", "Loudness", NULL, write_loudness},
    {"pitch", "Pitch", NULL, write_pitch},
    {"examples", "Examples", NULL, write_examples},
    {"listeners", "What listeners heard", has_listeners, write_listeners},
    {"speakers", "Speakers", NULL, write_speakers},
    {"lengths", "Lengths and formats", NULL, write_lengths},
    {"findings", "Findings of the check", NULL, write_findings},
    {"methods", "How it was measured", NULL, write_methods},
    {0},
};

static bool is_there(const struct section *section, const struct exploration *e)
{
    return !section->is_there || section->is_there(e);
}

static void put_head(struct html *html, const struct exploration *e)
{
    html_put(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    write_title(html, e);
    html_put(html, ": emotions in speech</title>\n<style>\n%s</style>\n</head>\n<body>\n",
             explore_style);
}

static void put_contents(struct html *html, const struct exploration *e)
{
    html_put(html, "<nav aria-label=\"Contents\"><ul>\n");
    for (const struct section *section = sections; section->title; section++)
        if (is_there(section, e))
            html_put(html, "<li><a href=\"#%s\">%s</a></li>\n", section->id, section->title);
    html_put(html, "</ul></nav>\n");
}

static void put_sections(struct html *html, const struct exploration *e)
{
    for (const struct section *section = sections; section->title && !html->status; section++) {
        if (!is_there(section, e))
            continue;
        html_put(html, "<section id=\"%s\">\n<h2>%s</h2>\n", section->id, section->title);
        section->write(html, e);
        html_put(html, "</section>\n");
    }
}

static void put_page(struct html *html, const struct exploration *e)
{
    put_head(html, e);
    html_put(html, "<header>\n<p class=\"kicker\">Recordings of emotional speech</p>\n<h1>");
    write_title(html, e);
    html_put(html, "</h1>\n");
    write_summary(html, e);
    html_put(html, "</header>\n");
    put_contents(html, e);
    html_put(html, "<main>\n");
    put_sections(html, e);
    html_put(html, "</main>\n</body>\n</html>\n");
}

ser_status explore_write(const struct exploration *e, const char *path, ser_error *error)
{
    struct file_writer writer;
    ser_error own = {0};
    ser_status status = file_writer_open(&writer, path, error);
    if (status)
        return status;
    struct html html = {.stream = writer.stream, .error = &own};
    put_page(&html, e);
    if (!html.status)
        return file_writer_commit(&writer, error);
    file_writer_abandon(&writer);
    return error_set(error, html.status, "%s: %s", path, own.message);
}
