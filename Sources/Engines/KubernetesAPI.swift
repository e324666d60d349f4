import AsyncHTTPClient
import Containers
import Glibc
import LinuxSystem
import Measures
import NIOCore
import NIOHTTP1
import NIOSSL

/// The pods of this node, as the API server knows them. Their processes are found by the ids of their containers, which stand
/// in the paths of their control groups whatever runs them (containerd, CRI-O, Docker). Nothing is changed there: kubelets
/// start again what a fault ended.
struct KubernetesAPI: EngineAPI {
    /// A kubeconfig file, or the folder of a service account.
    let place: String
    var environment: @Sendable (String) -> String? = { getenv($0).map { String(cString: $0) } }

    private static let mostPages = 40
    private static let mostBytes = 32 << 20

    func containers() throws -> [Container] {
        let access = try KubernetesAccess(place, environment: environment)
        return try paths().flatMap { path in try pods(path, access) }
    }

    func details(_ container: Container) throws -> Container { container.withFirstProcess() }
    func start(_ container: ContainerReference) throws -> Bool { throw EngineError(unstartable: container) }
    func restart(_ container: ContainerReference) throws -> Bool { throw EngineError(unstartable: container) }

    /// One question for each namespace that FAULTLINE_NAMESPACES names, since a Role reads no others; one for all where it is
    /// not said. Of this node alone: NODE_NAME, or the host's name.
    func paths() throws -> [String] {
        let hostName = { try FileContents.text("/proc/sys/kernel/hostname").split(separator: "\n").first }
        let node = try environment("NODE_NAME") ?? hostName().map(String.init) ?? ""
        let namespaces = (environment("FAULTLINE_NAMESPACES") ?? "").split { $0 == "," || $0 == " " }.map(
            String.init
        )
        for name in namespaces + [node] {
            let isName =
                (1...253).contains(name.utf8.count)
                && name.utf8.allSatisfy {
                    (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
                        || $0 == UInt8(ascii: ".")
                }
            guard isName else {
                throw KubernetesAccess.error(
                    "\"\(name)\" is no name of a node or a namespace; see NODE_NAME and FAULTLINE_NAMESPACES"
                )
            }
        }
        let query = "?fieldSelector=spec.nodeName%3D\(node)&limit=500"
        if namespaces.isEmpty { return ["/api/v1/pods\(query)"] }
        return namespaces.map { "/api/v1/namespaces/\($0)/pods\(query)" }
    }

    private func pods(_ path: String, _ access: KubernetesAccess) throws -> [Container] {
        var found: [Container] = []
        var next: String?
        for _ in 0..<Self.mostPages {
            let page = try KubernetesAnswers.page(ask(path + (next.map { "&continue=\($0)" } ?? ""), access))
            found += page.containers
            guard let more = page.next else { return found }
            // As an API server makes it: base64 without padding, or with it.
            next = more.replacing("+", with: "%2B").replacing("=", with: "%3D").replacing("/", with: "%2F")
        }
        throw KubernetesAccess.error("more than \(Self.mostPages) pages of pods on this node")
    }

    private func ask(_ path: String, _ access: KubernetesAccess) throws -> [UInt8] {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(tlsConfiguration: try access.security)
        )
        defer { try? client.syncShutdown() }
        do {
            var request = try HTTPClient.Request(
                url: access.server + path,
                headers: ["Accept": "application/json"]
            )
            if let token = access.token {
                request.headers.add(name: "Authorization", value: "Bearer \(token)")
            }
            let answer = try client.answer(to: request, mostBytes: Self.mostBytes, patience: .seconds(5))
            guard answer.status == 200 else {
                throw EngineError(
                    "engine.refused",
                    "kubernetes refuses to tell of its pods: \(answer.complaint)"
                )
            }
            return answer.bytes
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                "engine.silent",
                "kubernetes does not answer at \(access.server) when it is asked about its pods: \(error)",
                exitCode: .notHealed
            )
        }
    }
}

extension KubernetesAccess {
    fileprivate var security: TLSConfiguration {
        get throws {
            var security = TLSConfiguration.makeClientConfiguration()
            do {
                if let authorities {
                    security.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities))
                }
                if let client {
                    security.certificateChain = try NIOSSLCertificate.fromPEMBytes(client.certificate).map {
                        .certificate($0)
                    }
                    security.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: client.key, format: .pem))
                }
            } catch {
                throw Self.error("a certificate or key of its access cannot be used: \(error)")
            }
            return security
        }
    }
}
