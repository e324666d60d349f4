import Containers
import Glibc
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

@testable import Engines

/// The way to an API server by TLS: a real one of OpenSSL's, which hands out what a server once said.
@Suite(.enabled(if: access("/usr/bin/openssl", X_OK) == 0, "apt-get install openssl"))
struct KubernetesTLSTests {
    private static let query = "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&limit=500"
    private static let pods = """
        {"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"web","namespace":"staging"},"status":{
        "containerStatuses":[{"name":"nginx","state":{"running":{}},"image":"nginx:1.25",
        "containerID":"containerd://3cfd837e408affcbfb0c21032d522d942d50cb00dd23747df3d40117c5ea4816"}]}}]}
        """

    /// An authority, a server's certificate and a client's by it, and another authority.
    private static let issue = """
        set -e; new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        openssl req -x509 $new -keyout ca.key -out ca.pem -subj /CN=authority
        openssl req -x509 $new -keyout other.key -out other.pem -subj /CN=other
        sign() {
            openssl req $new -keyout $1.key -out $1.csr -subj /CN=$1
            printf "$2" > $1.ext
            openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $1.pem -extfile $1.ext
        }
        sign server 'subjectAltName = IP:127.0.0.1\\nextendedKeyUsage = serverAuth\\n'
        sign client 'extendedKeyUsage = clientAuth\\n'
        """

    private static func with(_ body: (String, UInt16) throws -> Void) throws {
        try withFolder { folder in
            let issued = try Spawner.spawn(
                Command(
                    ["sh", "-c", issue],
                    environment: environment,
                    directory: folder,
                    log: "\(folder)/log"
                )
            )
            #expect(
                issued.wait(for: .seconds(30)) == .exited(0),
                "\((try? FileContents.text("\(folder)/log")) ?? "")"
            )
            try Directory.make("\(folder)/www/api/v1")
            let answer =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: \(pods.utf8.count)\r\n\r\n\(pods)"
            try FileContents.writeAtomically(Array(answer.utf8), to: "\(folder)/www\(query)")
            let words = [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "../server.pem", "-key",
                "../server.key",
                "-CAfile", "../ca.pem", "-Verify", "1", "-verify_return_error", "-HTTP",
            ]
            let server = try Spawner.spawn(
                Command(words, environment: environment, directory: "\(folder)/www", log: "\(folder)/server")
            )
            defer {
                _ = try? server.signal(SIGKILL)
                _ = server.wait(for: .seconds(5))
            }
            try body(folder, try #require(try port(in: "\(folder)/server")))
        }
    }

    private static let environment = ["PATH": "/usr/bin:/bin"]

    /// "ACCEPT 127.0.0.1:41234"
    private static func port(in log: String) throws -> UInt16? {
        let patience = Clocks.monotonic() + 20_000_000_000
        while Clocks.monotonic() < patience {
            let lines = ((try? FileContents.text(log)) ?? "").split(separator: "\n")
            if let line = lines.first(where: { $0.hasPrefix("ACCEPT ") }) {
                return line.split(separator: ":").last.flatMap { UInt16($0) }
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        }
        return nil
    }

    private static func ask(_ folder: String, _ port: UInt16, authority: String, user: String) throws
        -> [Container]
    {
        let text = """
            current-context: h
            contexts: [{ name: h, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "https://127.0.0.1:\(port)", certificate-authority: \(folder)/\(authority).pem } }]
            users: [{ name: u, user: \(user) }]
            """
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/config")
        return try KubernetesAPI(place: "\(folder)/config") { $0 == "NODE_NAME" ? "node-1" : nil }
            .containers()
    }

    @Test("an API server is believed by its authority alone, and shown who asks")
    func believed() throws {
        try Self.with { folder, port in
            let client = "{ client-certificate: \(folder)/client.pem, client-key: \(folder)/client.key }"
            #expect(try Self.ask(folder, port, authority: "ca", user: client).map(\.name) == ["web"])
            // Another authority's word for the server is none, and nothing is asked of it.
            let strange = #expect(throws: EngineError.self) {
                try Self.ask(folder, port, authority: "other", user: client)
            }
            #expect(strange?.code == "engine.silent", "\(strange?.message ?? "")")
            // Nor does it answer somebody whom it does not know.
            #expect(throws: EngineError.self) {
                try Self.ask(folder, port, authority: "ca", user: "{ token: t }")
            }
            #expect(try Self.ask(folder, port, authority: "ca", user: client).map(\.name) == ["web"])
            let asked = try FileContents.text("\(folder)/server").split(separator: "\n").count {
                $0.hasPrefix("FILE:")
            }
            #expect(asked == 2)
        }
    }
}
