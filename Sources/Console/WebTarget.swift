import Foundation
import Measures

/// Somebody else's HTTP address, to which documents are sent: "http://collector:4318", "https://grafana.example/base/".
package struct WebTarget: Sendable, Equatable {
    private let base: String

    /// - Parameter option: whose value it is, for the error.
    package init(_ text: String, option: String) throws {
        let parts = URLComponents(string: text)
        guard text.utf8.count <= 2048, let parts, ["http", "https"].contains(parts.scheme?.lowercased()),
            let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil
        else {
            throw ListenError(
                code: "target.url",
                message: "\(option) is '\(text.prefix(80))'; expected a URL such as http://127.0.0.1:4318"
            )
        }
        guard parts.user == nil, parts.password == nil else {
            throw ListenError(
                code: "target.secret",
                message:
                    "\(option) holds a user or a password, which other users see in the list of processes; "
                    + "put a token into the environment instead (see --help)"
            )
        }
        base = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// - Parameter path: "/v1/metrics".
    package func url(_ path: String) -> String { base + path }
}
