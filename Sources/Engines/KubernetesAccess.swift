import Containers
import Foundation
import LinuxSystem
import Yams

/// Where an API server is and who asks there: the service account of the agent's own pod, or a kubeconfig file. Secrets
/// are read for each question and told to nobody.
struct KubernetesAccess: Sendable {
    /// "https://10.96.0.1:443".
    let server: String
    /// Who signs for the server, PEM; nil: whom this host believes.
    var authorities: [UInt8]?
    var token: String?
    /// Certificate and key of a client, PEM.
    var client: (certificate: [UInt8], key: [UInt8])?

    /// `place`: the folder of a service account, or a kubeconfig file. Errors: what is there cannot be used, and why.
    init(_ place: String, environment: (String) -> String?) throws {
        let file = "\(place)/token"
        if Directory.resolved(file) != nil {
            try self.init(account: place, environment: environment)
        } else {
            try self.init(kubeconfig: place)
        }
        let isSecured = server.hasPrefix("https://")
        let loopback = ["127.0.0.1", "localhost", "[::1]"].map { "http://\($0)" }
        guard isSecured || loopback.contains(where: { server == $0 || server.hasPrefix($0 + ":") }) else {
            throw Self.error(
                "\(place): the server is \(server.prefix(80)); expected https://, or http:// of the loopback"
            )
        }
    }

    private init(account folder: String, environment: (String) -> String?) throws {
        guard let host = environment("KUBERNETES_SERVICE_HOST"),
            let port = environment("KUBERNETES_SERVICE_PORT")
        else {
            throw Self.error(
                "\(folder) is a service account, and KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT say nothing: "
                    + "does this run in a pod?"
            )
        }
        server = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        authorities = try FileContents.read("\(folder)/ca.crt")
        token = try FileContents.text("\(folder)/token").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private init(kubeconfig path: String) throws {
        let config: Kubeconfig
        do {
            config = try YAMLDecoder().decode(Kubeconfig.self, from: try FileContents.text(path))
        } catch {
            throw Self.error("\(path) cannot be read as a kubeconfig: \(error)")
        }
        let name = config.currentContext ?? ""
        guard let context = config.contexts?.first(where: { $0.name == name })?.context,
            let cluster = config.clusters?.first(where: { $0.name == context.cluster })?.cluster
        else { throw Self.error("\(path) has no context \"\(name)\" (current-context) with a cluster") }
        let user = config.users?.first { $0.name == context.user }?.user
        guard user?.exec == nil else {
            throw Self.error(
                "\(path) gets its credentials from a program; expected a token or a client certificate"
            )
        }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = { (data: String?, file: String?) throws -> [UInt8]? in
            if let data { return Data(base64Encoded: data).map(Array.init) }
            return try file.map { try FileContents.read($0.hasPrefix("/") ? $0 : "/\(folder)/\($0)") }
        }
        server = cluster.server.hasSuffix("/") ? String(cluster.server.dropLast()) : cluster.server
        authorities = try bytes(cluster.authorityData, cluster.authority)
        token = user?.token
        let certificate = try bytes(user?.certificateData, user?.certificate)
        let key = try bytes(user?.keyData, user?.key)
        client = certificate.flatMap { certificate in key.map { (certificate, $0) } }
    }

    static func error(_ message: String) -> EngineError {
        EngineError("engine.access", "kubernetes: \(message)")
    }
}

/// As kubectl reads it; what is not used is not decoded.
private struct Kubeconfig: Decodable {
    struct Context: Decodable {
        struct Content: Decodable {
            let cluster: String
            let user: String?
        }

        let name: String
        let context: Content
    }

    struct Cluster: Decodable {
        struct Content: Decodable {
            let server: String
            let authority: String?
            let authorityData: String?

            enum CodingKeys: String, CodingKey {
                case server
                case authority = "certificate-authority"
                case authorityData = "certificate-authority-data"
            }
        }

        let name: String
        let cluster: Content
    }

    struct User: Decodable {
        struct Program: Decodable {}

        struct Content: Decodable {
            let token: String?
            let certificate: String?
            let certificateData: String?
            let key: String?
            let keyData: String?
            let exec: Program?

            enum CodingKeys: String, CodingKey {
                case token
                case certificate = "client-certificate"
                case certificateData = "client-certificate-data"
                case key = "client-key"
                case keyData = "client-key-data"
                case exec
            }
        }

        let name: String
        let user: Content
    }

    let currentContext: String?
    let contexts: [Context]?
    let clusters: [Cluster]?
    let users: [User]?

    enum CodingKeys: String, CodingKey {
        case currentContext = "current-context"
        case contexts, clusters, users
    }
}
