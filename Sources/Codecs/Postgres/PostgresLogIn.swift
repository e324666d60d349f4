import Crypto

/// What is said until a PostgreSQL server believes who asks (PostgreSQL documentation, 55.2.1 and 55.3).
struct PostgresLogIn {
    enum Step: Equatable {
        /// An answer was written, or nothing is to be said.
        case next
        case admitted
        /// The server asks for what is not known or not spoken here, or did not prove itself.
        case refused
        /// It is no authentication message.
        case malformed
    }

    private let script: PostgresScript
    private var scram: ScramClient?

    init(_ script: PostgresScript) {
        self.script = script
    }

    /// The body of an authentication request.
    mutating func step(_ body: [UInt8], into output: inout OutputBytes) -> Step {
        guard body.count >= 4 else { return .malformed }
        let code = body[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let rest = Array(body[4...])
        if code == 0 { return scram.map(\.isVerified) ?? true ? .admitted : .refused }
        guard let password = script.password else { return (2...12).contains(code) ? .refused : .malformed }
        switch code {
        case 3: output.append(PostgresScript.message("p", PostgresScript.text(password)))
        case 5:
            guard rest.count == 4 else { return .malformed }
            output.append(PostgresScript.message("p", PostgresScript.text(md5(password, salt: rest))))
        case 10:
            let names = rest.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard scram == nil, names.contains(ScramClient.mechanism) else { return .refused }
            let client = ScramClient(password: password, nonce: script.nonce(), keys: script.keys)
            let first = client.first
            let head = PostgresScript.text(ScramClient.mechanism) + PostgresScript.number(UInt32(first.count))
            output.append(PostgresScript.message("p", head + first))
            scram = client
        case 11:
            guard let final = scram?.final(rest) else { return .refused }
            output.append(PostgresScript.message("p", final))
        case 12:
            guard scram?.verify(rest) == true else { return .refused }
        // Kerberos, GSSAPI, SSPI.
        case 2, 6, 7, 8, 9: return .refused
        default: return .malformed
        }
        return .next
    }

    /// "md5" and md5(md5(password user) salt), in hexadecimal digits.
    private func md5(_ password: String, salt: [UInt8]) -> String {
        let inner = Self.digits(Array((password + script.user).utf8))
        return "md5" + Self.digits(Array(inner.utf8) + salt)
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        Insecure.MD5.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
