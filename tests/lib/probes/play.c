#include "play.h"

#include "mem.h"
#include "testing.h"
#include "text.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

static void add_option(struct play_scene *scene, const char *text)
{
    assert_true(scene->option_count < PLAY_OPTIONS_MAX && strchr(text, '='));
    scene->options[scene->option_count++] = mem_text(text);
}

/* What the escape at *text means; *text then stands behind it. */
static char read_escape(const char **text)
{
    char digits[3] = "", mark = *(*text)++;
    if (mark != 'x')
        return mark == 'r' ? '\r' : mark == 'n' ? '\n' : mark;
    text_format(digits, sizeof digits, "%.2s", *text);
    *text += 2;
    return (char)strtoul(digits, NULL, 16);
}

/* "S: text", "S= text", "T". */
static void add_move(struct play_scene *scene, const char *line)
{
    assert_true(scene->move_count < PLAY_MOVES_MAX);
    struct play_move *move = &scene->moves[scene->move_count++];
    move->kind = line[0];
    move->bytes = mem_zalloc(strlen(line) + 3);
    if (line[1] == '\0')
        return;
    bool raw = line[1] == '=';
    for (const char *at = line + 2 + (line[2] == ' '); *at;) {
        char byte = *at++;
        move->bytes[move->length++] = raw && byte == '\\' ? read_escape(&at) : byte;
    }
    if (!raw)
        memcpy(move->bytes + move->length, "\r\n", 2);
    move->length += raw ? 0 : 2;
}

static void end_scene(struct play_scene *scene, const char *text)
{
    char code[40];
    size_t length = strcspn(text, " ");
    text_format(code, sizeof code, "%.*s", (int)length, text);
    if (!reason_parse(code, &scene->reason))
        fail_msg("%s: no reason %s", scene->name, code);
    text_copy(scene->words, sizeof scene->words, text[length] ? text + length + 1 : "");
}

static void read_line(struct play *play, const char *line)
{
    struct play_scene *scene = play->scene_count ? &play->scenes[play->scene_count - 1] : NULL;
    if (text_starts(line, "scene ")) {
        assert_true(play->scene_count < PLAY_SCENES_MAX);
        scene = &play->scenes[play->scene_count++];
        text_format(scene->name, sizeof scene->name, "%s: %s", play->name, line + 6);
        text_copy(scene->certificate, sizeof scene->certificate, "good");
        scene->reason = REASON_COUNT;
        return;
    }
    assert_non_null(scene);
    if (text_starts(line, "probe "))
        text_copy(scene->scheme, sizeof scene->scheme, line + 6);
    else if (text_starts(line, "option "))
        add_option(scene, line + 7);
    else if (text_starts(line, "certificate "))
        text_copy(scene->certificate, sizeof scene->certificate, line + 12);
    else if (text_starts(line, "zone "))
        text_copy(scene->zone, sizeof scene->zone, line + 5);
    else if (text_starts(line, "end "))
        end_scene(scene, line + 4);
    else if (strchr("SC", line[0]) && line[1] && strchr(":=", line[1]))
        add_move(scene, line);
    else if (strchr("TWRH", line[0]) && line[1] == '\0')
        add_move(scene, line);
    else
        fail_msg("%s: what is \"%s\"?", scene->name, line);
}

struct play *play_load(const char *path)
{
    struct play *play = mem_zalloc(sizeof *play);
    FILE *file = fopen(path, "re");
    char line[8000];
    assert_non_null(file);
    text_copy(play->name, sizeof play->name, strrchr(path, '/') + 1);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] && line[0] != '#')
            read_line(play, line);
    }
    fclose(file);
    for (size_t i = 0; i < play->scene_count; i++)
        if (!play->scenes[i].scheme[0] || play->scenes[i].reason == REASON_COUNT)
            fail_msg("%s lacks its probe or its end", play->scenes[i].name);
    return play;
}

void play_free(struct play *play)
{
    for (size_t i = 0; i < play->scene_count; i++) {
        for (size_t k = 0; k < play->scenes[i].option_count; k++)
            free(play->scenes[i].options[k]);
        for (size_t k = 0; k < play->scenes[i].move_count; k++)
            free(play->scenes[i].moves[k].bytes);
    }
    free(play);
}

void play_each(void (*act)(const struct play_scene *scene))
{
    char pattern[400];
    glob_t found = {0};
    snprintf(pattern, sizeof pattern, "%.*s/../../probes/*.play",
             (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct play *play = play_load(found.gl_pathv[i]);
        assert_true(play->scene_count > 0);
        for (size_t k = 0; k < play->scene_count; k++)
            act(&play->scenes[k]);
        play_free(play);
    }
    globfree(&found);
}

bool play_has(const struct play_scene *scene, char kind)
{
    for (size_t i = 0; i < scene->move_count; i++)
        if (scene->moves[i].kind == kind)
            return true;
    return false;
}
