/** Names of versions, cipher suites, groups and alerts, as IANA's TLS registries give them. */

export const TLS_1_3 = 0x0304
const VERSIONS: Readonly<Record<number, string>> = {
  2: 'SSLv2',
  768: 'SSLv3',
  769: 'TLSv1.0',
  770: 'TLSv1.1',
  771: 'TLSv1.2',
  772: 'TLSv1.3',
  65279: 'DTLSv1.0',
  65277: 'DTLSv1.2',
  65276: 'DTLSv1.3',
}
const hex4 = (n: number) => `0x${n.toString(16).padStart(4, '0')}`

/** TLS 1.3 was 0x7fNN in draft NN, and 0xfbNN in Facebook's Fizz. */
export const versionName = (version: number): string =>
  VERSIONS[version] ??
  (version >> 8 === 0x7f ? `TLSv1.3 draft ${version & 255}` : version >> 8 === 0xfb ? `TLSv1.3 Fizz draft ${version & 255}` : hex4(version))

const families: readonly (readonly [first: number, names: string])[] = [
  [0x0001, 'RSA_WITH_NULL_MD5 RSA_WITH_NULL_SHA RSA_EXPORT_WITH_RC4_40_MD5 RSA_WITH_RC4_128_MD5 RSA_WITH_RC4_128_SHA'],
  [0x0009, 'RSA_WITH_DES_CBC_SHA RSA_WITH_3DES_EDE_CBC_SHA'],
  [0x0015, 'DHE_RSA_WITH_DES_CBC_SHA DHE_RSA_WITH_3DES_EDE_CBC_SHA'],
  [0x0018, 'DH_anon_WITH_RC4_128_MD5'],
  [0x002f, 'RSA_WITH_AES_128_CBC_SHA'],
  [0x0032, 'DHE_DSS_WITH_AES_128_CBC_SHA DHE_RSA_WITH_AES_128_CBC_SHA DH_anon_WITH_AES_128_CBC_SHA RSA_WITH_AES_256_CBC_SHA'],
  [0x0038, 'DHE_DSS_WITH_AES_256_CBC_SHA DHE_RSA_WITH_AES_256_CBC_SHA DH_anon_WITH_AES_256_CBC_SHA RSA_WITH_NULL_SHA256'],
  [0x003c, 'RSA_WITH_AES_128_CBC_SHA256 RSA_WITH_AES_256_CBC_SHA256'],
  [0x0041, 'RSA_WITH_CAMELLIA_128_CBC_SHA'],
  [0x0045, 'DHE_RSA_WITH_CAMELLIA_128_CBC_SHA'],
  [0x0067, 'DHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0x006b, 'DHE_RSA_WITH_AES_256_CBC_SHA256'],
  [0x0084, 'RSA_WITH_CAMELLIA_256_CBC_SHA'],
  [0x0088, 'DHE_RSA_WITH_CAMELLIA_256_CBC_SHA'],
  [0x008c, 'PSK_WITH_AES_128_CBC_SHA PSK_WITH_AES_256_CBC_SHA'],
  [0x0096, 'RSA_WITH_SEED_CBC_SHA'],
  [0x009c, 'RSA_WITH_AES_128_GCM_SHA256 RSA_WITH_AES_256_GCM_SHA384 DHE_RSA_WITH_AES_128_GCM_SHA256 DHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0x00a8, 'PSK_WITH_AES_128_GCM_SHA256 PSK_WITH_AES_256_GCM_SHA384 DHE_PSK_WITH_AES_128_GCM_SHA256 DHE_PSK_WITH_AES_256_GCM_SHA384'],
  [0x1301, 'AES_128_GCM_SHA256 AES_256_GCM_SHA384 CHACHA20_POLY1305_SHA256 AES_128_CCM_SHA256 AES_128_CCM_8_SHA256'],
  [
    0xc007,
    'ECDHE_ECDSA_WITH_RC4_128_SHA ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA ECDHE_ECDSA_WITH_AES_128_CBC_SHA ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  ],
  [0xc011, 'ECDHE_RSA_WITH_RC4_128_SHA ECDHE_RSA_WITH_3DES_EDE_CBC_SHA ECDHE_RSA_WITH_AES_128_CBC_SHA ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  [0xc023, 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 ECDHE_ECDSA_WITH_AES_256_CBC_SHA384'],
  [0xc027, 'ECDHE_RSA_WITH_AES_128_CBC_SHA256 ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
  [0xc02b, 'ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  [0xc02f, 'ECDHE_RSA_WITH_AES_128_GCM_SHA256 ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xc09c, 'RSA_WITH_AES_128_CCM RSA_WITH_AES_256_CCM DHE_RSA_WITH_AES_128_CCM DHE_RSA_WITH_AES_256_CCM'],
  [0xc0a8, 'PSK_WITH_AES_128_CCM_8 PSK_WITH_AES_256_CCM_8'],
  [0xc0ac, 'ECDHE_ECDSA_WITH_AES_128_CCM ECDHE_ECDSA_WITH_AES_256_CCM ECDHE_ECDSA_WITH_AES_128_CCM_8 ECDHE_ECDSA_WITH_AES_256_CCM_8'],
  [
    0xcca8,
    'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 DHE_RSA_WITH_CHACHA20_POLY1305_SHA256 PSK_WITH_CHACHA20_POLY1305_SHA256',
  ],
]
const CIPHERS = new Map(families.flatMap(([first, names]) => names.split(' ').map((name, i) => [first + i, `TLS_${name}`] as const)))

/** IANA's name for the usual suites, else the number in hexadecimal. */
export const cipherName = (suite: number): string => CIPHERS.get(suite) ?? hex4(suite)

const GROUPS = new Map<number, string>([
  [19, 'secp192r1'],
  [21, 'secp224r1'],
  [22, 'secp256k1'],
  [23, 'secp256r1'],
  [24, 'secp384r1'],
  [25, 'secp521r1'],
  [26, 'brainpoolP256r1'],
  [27, 'brainpoolP384r1'],
  [28, 'brainpoolP512r1'],
  [29, 'x25519'],
  [30, 'x448'],
  [31, 'brainpoolP256r1tls13'],
  [32, 'brainpoolP384r1tls13'],
  [33, 'brainpoolP512r1tls13'],
  [41, 'curveSM2'],
  [256, 'ffdhe2048'],
  [257, 'ffdhe3072'],
  [258, 'ffdhe4096'],
  [259, 'ffdhe6144'],
  [260, 'ffdhe8192'],
])
/** Key exchanges that a quantum computer does not break: ML-KEM and what was tried before it, alone or beside a curve. */
const POST_QUANTUM_GROUPS = new Map<number, string>([
  [512, 'MLKEM512'],
  [513, 'MLKEM768'],
  [514, 'MLKEM1024'],
  [4587, 'SecP256r1MLKEM768'],
  [4588, 'X25519MLKEM768'],
  [4589, 'SecP384r1MLKEM1024'],
  [4590, 'curveSM2MLKEM768'],
  [25_497, 'X25519Kyber768Draft00'],
  [25_498, 'SecP256r1Kyber768Draft00'],
  // Of experiments: Google's CECPQ2, Cloudflare's numbers for Kyber before the IETF gave one.
  [16_696, 'CECPQ2'],
  [0xfe30, 'X25519Kyber512Draft00'],
  [0xfe31, 'X25519Kyber768Draft00Old'],
  [0xfe32, 'P256Kyber768Draft00'],
])
export const groupName = (group: number): string => GROUPS.get(group) ?? POST_QUANTUM_GROUPS.get(group) ?? hex4(group)
export const isPostQuantum = (group: number): boolean => POST_QUANTUM_GROUPS.has(group)

const ALERTS = new Map<number, string>([
  [0, 'close_notify'],
  [10, 'unexpected_message'],
  [20, 'bad_record_mac'],
  [21, 'decryption_failed'],
  [22, 'record_overflow'],
  [30, 'decompression_failure'],
  [40, 'handshake_failure'],
  [41, 'no_certificate'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [47, 'illegal_parameter'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [50, 'decode_error'],
  [51, 'decrypt_error'],
  [60, 'export_restriction'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [80, 'internal_error'],
  [86, 'inappropriate_fallback'],
  [90, 'user_canceled'],
  [100, 'no_renegotiation'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [111, 'certificate_unobtainable'],
  [112, 'unrecognized_name'],
  [113, 'bad_certificate_status_response'],
  [114, 'bad_certificate_hash_value'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required'],
  [120, 'no_application_protocol'],
  [121, 'ech_required'],
])
/** 'fatal handshake_failure' */
export const alertName = (level: number, description: number): string =>
  `${level === 1 ? 'warning' : level === 2 ? 'fatal' : `level ${level}`} ${ALERTS.get(description) ?? description}`
