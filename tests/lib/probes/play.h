/* Plays: conversations with a server as data, one file a protocol in tests/probes, one scene after the other.
 *
 *     scene NAME
 *     probe SCHEME           whose visit it is
 *     option NAME=VALUE      of the check; any number
 *     certificate NAME       the server's, of pki.sh; "good" when none is named
 *     zone NAME              the certificate that the server's zone tells of (TLSA); none when none is named
 *     S: text                the server says a line; CR LF is added
 *     S= text                the server says just these bytes; \r \n \\ \xHH
 *     C: text, C= text       what the visitor must say
 *     T                      TLS begins
 *     W                      the server is silent from now on
 *     R                      it resets the connection
 *     H                      it hangs up
 *     end REASON WORDS       what the probe must find, and what its evidence must contain
 *
 * At the end of its moves the server waits for the visitor to go. # begins a comment. */
#ifndef VIBRISSE_PLAY_H
#define VIBRISSE_PLAY_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>

enum { PLAY_OPTIONS_MAX = 3, PLAY_MOVES_MAX = 40, PLAY_SCENES_MAX = 60 };

struct play_move {
    char kind; /* S C T W R H */
    char *bytes;
    size_t length;
};

struct play_scene {
    char name[100], scheme[20], certificate[20], zone[20];
    char *options[PLAY_OPTIONS_MAX]; /* NAME=VALUE */
    size_t option_count;
    struct play_move moves[PLAY_MOVES_MAX];
    size_t move_count;
    enum reason reason;
    char words[200];
};

struct play {
    char name[60]; /* of the file */
    struct play_scene scenes[PLAY_SCENES_MAX];
    size_t scene_count;
};

/* A fault in the file fails the test. */
struct play *play_load(const char *path);
void play_free(struct play *play);

/* Runs each scene of each play. */
void play_each(void (*act)(const struct play_scene *scene));

bool play_has(const struct play_scene *scene, char kind);

#endif
