#include "sent.h"

#include "notice.h"

#include <stdbool.h>

static bool issued(const X509 *issuer, const X509 *certificate)
{
    return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0;
}

static bool is_root(X509 *certificate)
{
    return X509_self_signed(certificate, 0) == 1;
}

static bool was_sent(const STACK_OF(X509) * sent, int before, const X509 *certificate)
{
    for (int i = 0; i < before; i++)
        if (X509_cmp(sk_X509_value(sent, i), certificate) == 0)
            return true;
    return false;
}

/* By the names alone: where more than one path is sent, each serves somebody's store. */
static bool issued_any(const X509 *issuer, const X509 *leaf, const STACK_OF(X509) * sent, int from,
                       int to)
{
    for (int i = from; i < to; i++) {
        const X509 *other = sk_X509_value(sent, i);
        if (X509_cmp(other, issuer) != 0 && issued(issuer, other))
            return true;
    }
    return from == 0 && issued(issuer, leaf);
}

static unsigned notices_of(const X509 *leaf, const STACK_OF(X509) * sent, int at)
{
    X509 *one = sk_X509_value(sent, at);
    if (X509_cmp(one, leaf) == 0)
        return at ? notice_bit(NOTICE_useless_sent) : 0;
    if (was_sent(sent, at, one))
        return notice_bit(NOTICE_useless_sent);
    if (!issued_any(one, leaf, sent, 0, at))
        return notice_bit(issued_any(one, leaf, sent, at, sk_X509_num(sent)) ? NOTICE_disordered
                                                                             : NOTICE_useless_sent);
    return is_root(one) ? notice_bit(NOTICE_root_sent) : 0;
}

unsigned sent_notices(const X509 *leaf, const STACK_OF(X509) * sent)
{
    unsigned notices = 0;
    int count = sent ? sk_X509_num(sent) : 0;
    for (int i = 0; i < count; i++)
        notices |= notices_of(leaf, sent, i);
    return notices;
}
