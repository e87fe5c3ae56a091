// OpenSSL 3 for Swift. Each function below is here because Swift cannot see the original:
// most are function-like macros, the rest are variadic or need a cast of a function pointer.
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ct.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Macro with a cast: the settings of OPENSSL_init_ssl that keep openssl.cnf out.
static inline int shim_init_without_config(void) {
    return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

// Variadic: EVP_PKEY_Q_keygen takes the size or the curve as a further argument.
static inline EVP_PKEY *shim_generate_rsa(size_t bits) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
}
static inline EVP_PKEY *shim_generate_ec(const char *curve) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}
static inline EVP_PKEY *shim_generate_edwards(const char *name) {
    return EVP_PKEY_Q_keygen(NULL, NULL, name);
}

// The builder keeps pointers to names and values until OSSL_PARAM_BLD_to_param copies them, so
// that temporary pointers of Swift would dangle.
static inline OSSL_PARAM *shim_rsa_parameters(const BIGNUM *modulus, const BIGNUM *exponent) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    OSSL_PARAM_BLD_free(builder);
    return parameters;
}
static inline OSSL_PARAM *shim_ec_parameters(const char *group, const uint8_t *point,
                                             size_t size) {
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, size))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    OSSL_PARAM_BLD_free(builder);
    return parameters;
}

// Macros over a cast stack: STACK_OF(X509) and its kin have no functions of their own.
static inline STACK_OF(X509) *shim_sk_X509_new(void) { return sk_X509_new_null(); }
static inline int shim_sk_X509_push(STACK_OF(X509) *s, X509 *x) { return sk_X509_push(s, x); }
static inline int shim_sk_X509_num(const STACK_OF(X509) *s) { return sk_X509_num(s); }
static inline X509 *shim_sk_X509_value(const STACK_OF(X509) *s, int i) {
    return sk_X509_value(s, i);
}
static inline void shim_sk_X509_free(STACK_OF(X509) *s) { sk_X509_free(s); }
static inline void shim_sk_X509_free_all(STACK_OF(X509) *s) { sk_X509_pop_free(s, X509_free); }
static inline int shim_names_num(const GENERAL_NAMES *s) { return sk_GENERAL_NAME_num(s); }
static inline GENERAL_NAME *shim_names_value(const GENERAL_NAMES *s, int i) {
    return sk_GENERAL_NAME_value(s, i);
}
static inline int shim_access_num(const AUTHORITY_INFO_ACCESS *s) {
    return sk_ACCESS_DESCRIPTION_num(s);
}
static inline GENERAL_NAME *shim_access_location(const AUTHORITY_INFO_ACCESS *s, int i,
                                                 int method) {
    ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(s, i);
    return OBJ_obj2nid(access->method) == method ? access->location : NULL;
}
static inline int shim_points_num(const CRL_DIST_POINTS *s) { return sk_DIST_POINT_num(s); }
// A union within; points of indirect lists and of some reasons only are left out.
static inline GENERAL_NAMES *shim_point_names(const CRL_DIST_POINTS *s, int i) {
    DIST_POINT *point = sk_DIST_POINT_value(s, i);
    if (point->distpoint == NULL || point->distpoint->type != 0 || point->reasons != NULL ||
        point->CRLissuer != NULL)
        return NULL;
    return point->distpoint->name.fullname;
}
static inline STACK_OF(X509_CRL) *shim_sk_X509_CRL_new(X509_CRL *list) {
    STACK_OF(X509_CRL) *stack = sk_X509_CRL_new_null();
    if (stack != NULL) sk_X509_CRL_push(stack, list);
    return stack;
}
static inline void shim_sk_X509_CRL_free(STACK_OF(X509_CRL) *s) { sk_X509_CRL_free(s); }
// A macro and a union within.
static inline STACK_OF(X509) *shim_PKCS7_certificates(PKCS7 *bundle) {
    return PKCS7_type_is_signed(bundle) && bundle->d.sign != NULL ? bundle->d.sign->cert : NULL;
}
static inline int shim_features_num(const TLS_FEATURE *s) { return sk_ASN1_INTEGER_num(s); }
static inline ASN1_INTEGER *shim_features_value(const TLS_FEATURE *s, int i) {
    return sk_ASN1_INTEGER_value(s, i);
}
static inline int shim_timestamps_num(const STACK_OF(SCT) *s) { return sk_SCT_num(s); }
static inline SCT *shim_timestamps_value(const STACK_OF(SCT) *s, int i) {
    return sk_SCT_value(s, i);
}
static inline int shim_store_count(X509_STORE *store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store));
}
static inline X509 *shim_store_value(X509_STORE *store, int i) {
    return X509_OBJECT_get0_X509(sk_X509_OBJECT_value(X509_STORE_get0_objects(store), i));
}

// Macros over X509_STORE_CTX_set_ex_data.
static inline int shim_set_app_data(X509_STORE_CTX *c, void *data) {
    return X509_STORE_CTX_set_app_data(c, data);
}
static inline void *shim_get_app_data(X509_STORE_CTX *c) { return X509_STORE_CTX_get_app_data(c); }

// X509V3_set_ctx_nodb is a macro; the context is a struct that only lives for this call.
static inline X509_EXTENSION *shim_extension(X509 *issuer, X509 *subject, int nid,
                                             const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    return X509V3_EXT_conf_nid(NULL, &context, nid, value);
}

// Casts by the method of each kind of extension; one without a method counts as readable.
static inline int shim_extension_is_readable(X509_EXTENSION *e) {
    const X509V3_EXT_METHOD *method = X509V3_EXT_get(e);
    void *value = method == NULL ? NULL : X509V3_EXT_d2i(e);
    if (value == NULL) return method == NULL;
    if (method->it != NULL)
        ASN1_item_free((ASN1_VALUE *)value, ASN1_ITEM_ptr(method->it));
    else
        method->ext_free(value);
    return 1;
}

// Macros over BIO_ctrl, SSL_CTX_ctrl and SSL_ctrl.
static inline size_t shim_BIO_pending(BIO *b) { return BIO_ctrl_pending(b); }
static inline void shim_BIO_set_mem_eof_return(BIO *b, long v) { BIO_set_mem_eof_return(b, v); }
static inline long shim_BIO_get_mem_data(BIO *b, char **data) { return BIO_get_mem_data(b, data); }
static inline long shim_SSL_CTX_set_mode(SSL_CTX *c, long mode) {
    return SSL_CTX_set_mode(c, mode);
}
static inline int shim_SSL_CTX_set_versions(SSL_CTX *c, int least, int most) {
    return SSL_CTX_set_min_proto_version(c, least) && SSL_CTX_set_max_proto_version(c, most);
}
static inline long shim_SSL_CTX_set_groups(SSL_CTX *c, const char *list) {
    return SSL_CTX_set1_groups_list(c, list);
}
static inline long shim_SSL_CTX_set_sigalgs(SSL_CTX *c, const char *list) {
    return SSL_CTX_set1_sigalgs_list(c, list);
}
static inline long shim_SSL_CTX_disable_sessions(SSL_CTX *c) {
    return SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
}
static inline long shim_SSL_CTX_set_max_cert_list(SSL_CTX *c, long size) {
    return SSL_CTX_set_max_cert_list(c, size);
}
static inline long shim_SSL_CTX_request_ocsp(SSL_CTX *c) {
    return SSL_CTX_set_tlsext_status_type(c, TLSEXT_STATUSTYPE_ocsp);
}
static inline long shim_SSL_CTX_add_chain_certificate(SSL_CTX *c, X509 *x) {
    return SSL_CTX_add1_chain_cert(c, x);
}
static inline long shim_SSL_CTX_set_verify_store(SSL_CTX *c, X509_STORE *s) {
    return SSL_CTX_set1_verify_cert_store(c, s);
}
static inline long shim_SSL_CTX_select_current(SSL_CTX *c, X509 *x) {
    return SSL_CTX_select_current_cert(c, x);
}
static inline long shim_SSL_CTX_set_dh_auto(SSL_CTX *c) { return SSL_CTX_set_dh_auto(c, 1); }
// The key's parameters are a temporary array of named pointers, as above.
static inline int shim_SSL_CTX_set_weak_group(SSL_CTX *c) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"modp_1536", 0),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    int ok = context != NULL && EVP_PKEY_fromdata_init(context) > 0 &&
             EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEY_PARAMETERS, parameters) > 0 &&
             SSL_CTX_set0_tmp_dh_pkey(c, key);
    if (!ok) EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(context);
    return ok;
}
static inline long shim_SSL_set_server_name(SSL *s, const char *name) {
    return SSL_set_tlsext_host_name(s, name);
}
static inline long shim_SSL_get_ocsp_response(SSL *s, const unsigned char **response) {
    return SSL_get_tlsext_status_ocsp_resp(s, response);
}
static inline long shim_SSL_set_ocsp_response(SSL *s, const unsigned char *bytes, long count) {
    unsigned char *copy = OPENSSL_memdup(bytes, count);
    return copy != NULL && SSL_set_tlsext_status_ocsp_resp(s, copy, count);
}
static inline long shim_SSL_get_group(SSL *s) { return SSL_get_negotiated_group(s); }
static inline long shim_SSL_get_peer_signature_digest(SSL *s, int *nid) {
    return SSL_get_peer_signature_nid(s, nid);
}
static inline long shim_SSL_get_peer_temporary_key(SSL *s, EVP_PKEY **key) {
    return SSL_get_peer_tmp_key(s, key);
}
static inline void shim_SSL_set_message_observer(
    SSL *s, void (*observer)(int, int, int, const void *, size_t, SSL *, void *), void *data) {
    SSL_set_msg_callback(s, observer);
    SSL_set_msg_callback_arg(s, data);
}

// Macros with a cast of a function pointer.
static inline void shim_SSL_CTX_set_server_name_callback(
    SSL_CTX *c, int (*callback)(SSL *, int *, void *), void *data) {
    SSL_CTX_set_tlsext_servername_callback(c, callback);
    SSL_CTX_set_tlsext_servername_arg(c, data);
}
static inline void shim_SSL_CTX_set_ocsp_callback(
    SSL_CTX *c, int (*callback)(SSL *, void *), void *data) {
    SSL_CTX_set_tlsext_status_cb(c, callback);
    SSL_CTX_set_tlsext_status_arg(c, data);
}

// Macros of casts and shifts that Swift does not evaluate.
static inline uint64_t shim_client_options(void) {
    return SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
           SSL_OP_ENABLE_MIDDLEBOX_COMPAT;
}
static inline uint64_t shim_legacy_options(void) { return SSL_OP_LEGACY_SERVER_CONNECT; }
static inline uint64_t shim_server_options(void) {
    return SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
           SSL_OP_ENABLE_MIDDLEBOX_COMPAT;
}
// Of a server for many clients that come back: sessions are not resumed, so that no ticket key has to be changed.
static inline uint64_t shim_service_options(int prefers_own_ciphers) {
    return SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
           SSL_OP_ENABLE_MIDDLEBOX_COMPAT |
           (prefers_own_ciphers ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0);
}
static inline long shim_modes(void) {
    return SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN |
           SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
}
static inline unsigned long shim_name_flags(void) {
    return XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
}
static inline unsigned int shim_host_flags(void) {
    return X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
}
static inline int shim_public_selection(void) { return EVP_PKEY_PUBLIC_KEY; }
