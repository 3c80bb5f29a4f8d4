#include "declared.h"

#include <stddef.h>

const char *const presence_words[] = {"unknown", "active", "idle", "away", NULL};
const char *const declared_words[] = {"unknown", "nominal", "maintenance", "alert",
                                      "down",    "over",    "draft",       NULL};
const char *const hosting_words[] = {"unknown", "home", "bay", "server", "outsourced", NULL};
const char *const fate_words[] = {"measured", "unmeasured", "over", "draft", NULL};
