#include "embedded.h"

#include "embedded_bytes.h" /* made by the build */
#include "macros.h"
#include "page.h"

#include <string.h>

const struct embedded_file *embedded_catalogue(const char *language)
{
    static const struct embedded_file catalogues[] = {
        {"fr", fr_mo, sizeof fr_mo},
        {"en", en_mo, sizeof en_mo},
    };
    for (size_t i = 0; i < ARRAY_LEN(catalogues); i++)
        if (strcmp(catalogues[i].name, language) == 0)
            return &catalogues[i];
    return NULL;
}

const struct page_asset *page_assets(size_t *ret_count)
{
    static const struct page_asset assets[] = {
        {"vibrisse.css", vibrisse_css, sizeof vibrisse_css},
        {"icon.svg", icon_svg, sizeof icon_svg},
        {"api/v1/openapi.json", openapi_json, sizeof openapi_json},
    };
    *ret_count = ARRAY_LEN(assets);
    return assets;
}
