// Written by tools/gen-risks.ts from src/risks: npm run gen. Not to be edited.
/** What is known of a risk beside its check. */
export interface RiskInfo {
  readonly name: string
  readonly severity: 'Low' | 'Medium' | 'High' | 'Severe'
  readonly score: number
  readonly clientScore: number
  readonly serverScore: number
}

/** By their numbers; the order in which the risks of a flow are told. */
export const RISKS = [
  { name: 'XSS Attack', severity: 'Severe', score: 150, clientScore: 135, serverScore: 15 },
  { name: 'SQL Injection', severity: 'Severe', score: 150, clientScore: 135, serverScore: 15 },
  { name: 'RCE Injection', severity: 'Severe', score: 150, clientScore: 135, serverScore: 15 },
  { name: 'Binary App Transfer', severity: 'Severe', score: 150, clientScore: 75, serverScore: 75 },
  { name: 'Known Proto on Non Std Port', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Self-signed Cert', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Obsolete TLS (v1.1 or older)', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Weak TLS Cipher', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'TLS Cert Expired', severity: 'High', score: 100, clientScore: 10, serverScore: 90 },
  { name: 'TLS Cert Mismatch', severity: 'High', score: 100, clientScore: 50, serverScore: 50 },
  { name: 'HTTP Susp User-Agent', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'HTTP/TLS/QUIC Numeric Hostname/SNI', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'HTTP Susp URL', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'HTTP Susp Header', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'TLS (probably) Not Carrying HTTPS', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'Susp DGA Domain name', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Malformed Packet', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'SSH Obsolete Cli Vers/Cipher', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'SSH Obsolete Ser Vers/Cipher', severity: 'Medium', score: 50, clientScore: 5, serverScore: 45 },
  { name: 'SMB Insecure Vers', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'TLS Susp ESNI Usage', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Unsafe Protocol', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'Susp DNS Traffic', severity: 'Medium', score: 50, clientScore: 45, serverScore: 5 },
  { name: 'Missing SNI TLS Extn', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'HTTP Susp Content', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Risky ASN', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Risky Domain Name', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Malicious Fingerpint', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Malicious SSL Cert/SHA1 Fingerp.', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Desktop/File Sharing', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'Uncommon TLS ALPN', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'TLS Cert Validity Too Long', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'TLS Susp Extn', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'TLS Fatal Alert', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'Susp Entropy', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'Clear-Text Credentials', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Large DNS Packet (512+ bytes)', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Fragmented DNS Message', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Non-Printable/Invalid Chars Detected', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
  { name: 'Possible Exploit Attempt', severity: 'Severe', score: 150, clientScore: 135, serverScore: 15 },
  { name: 'TLS Cert About To Expire', severity: 'Medium', score: 50, clientScore: 5, serverScore: 45 },
  { name: 'IDN Domain Name', severity: 'Low', score: 10, clientScore: 1, serverScore: 9 },
  { name: 'Error Code', severity: 'Low', score: 10, clientScore: 1, serverScore: 9 },
  { name: 'Crawler/Bot', severity: 'Low', score: 10, clientScore: 1, serverScore: 9 },
  { name: 'Anonymous Subscriber', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Unidirectional Traffic', severity: 'Low', score: 10, clientScore: 5, serverScore: 5 },
  { name: 'HTTP Obsolete Server', severity: 'Medium', score: 50, clientScore: 5, serverScore: 45 },
  { name: 'Periodic Flow', severity: 'Low', score: 10, clientScore: 1, serverScore: 9 },
  { name: 'Minor Issues', severity: 'Low', score: 10, clientScore: 1, serverScore: 9 },
  { name: 'TCP Connection Issues', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Fully Encrypted Flow', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'ALPN/SNI Mismatch', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Client Contacted A Malware Host', severity: 'Severe', score: 150, clientScore: 135, serverScore: 15 },
  { name: 'Binary File/Data Transfer (Attempt)', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Probing Attempt', severity: 'Medium', score: 50, clientScore: 25, serverScore: 25 },
  { name: 'Obfuscated Traffic', severity: 'High', score: 100, clientScore: 90, serverScore: 10 },
] as const satisfies readonly RiskInfo[]
export type RiskName = (typeof RISKS)[number]['name']
