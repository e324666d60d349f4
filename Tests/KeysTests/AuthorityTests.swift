import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing
import X509

/// What an authority makes is what OpenSSL takes, and nothing of it is lost or shown by mistake.
struct AuthorityTests {
    private func openssl(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        let out = Pipe()
        process.standardOutput = out
        process.standardError = out
        try process.run()
        let data = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func opensslVerifiesWhatTheAuthorityIssues() async throws {
        try withFolder { folder in
            var authority = try Authority.create(in: "\(folder)/keys")
            try authority.issue(
                try Identity(.agent, "web1"),
                addresses: ["10.0.0.5", "fd00::5", "web1.example.org"],
                to: "\(folder)/web1"
            )
            let ca = "\(folder)/web1/authority.pem"
            let verified = try openssl(
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-CAfile",
                ca,
                "-CRLfile",
                "\(folder)/web1/revoked.pem",
                "-crl_check",
                "\(folder)/web1/certificate.pem"
            )
            #expect(verified.contains("certificate.pem: OK"), "\(verified)")
            let text = try openssl("x509", "-noout", "-text", "-in", "\(folder)/web1/certificate.pem")
            for word in [
                "URI:faultline://agent/web1", "DNS:web1", "IP Address:10.0.0.5", "DNS:web1.example.org",
                "prime256v1",
            ] {
                #expect(text.contains(word), "\(word) in \(text)")
            }
            // An agent's certificate is no client's.
            let client = try openssl(
                "verify",
                "-purpose",
                "sslclient",
                "-CAfile",
                ca,
                "\(folder)/web1/certificate.pem"
            )
            #expect(!client.contains("certificate.pem: OK"), "\(client)")
        }
    }

    @Test func opensslReadsTheListAndRefusesWhatIsOnIt() async throws {
        try withFolder { folder in
            var authority = try Authority.create(in: "\(folder)/keys")
            let leaf = try authority.issue(try Identity(.coordinator, "laptop"), to: "\(folder)/laptop")
            let revoked = try authority.revoke("laptop")
            #expect(revoked.map(\.serial) == [leaf.serialNumber.text])
            let list = try openssl(
                "crl",
                "-noout",
                "-text",
                "-CAfile",
                "\(folder)/keys/authority.pem",
                "-in",
                "\(folder)/keys/revoked.pem"
            )
            #expect(list.contains("verify OK"), "\(list)")
            #expect(list.uppercased().contains(leaf.serialNumber.text.uppercased()), "\(list)")
            let verified = try openssl(
                "verify",
                "-CAfile",
                "\(folder)/keys/authority.pem",
                "-CRLfile",
                "\(folder)/keys/revoked.pem",
                "-crl_check",
                "\(folder)/laptop/certificate.pem"
            )
            #expect(verified.contains("certificate revoked"), "\(verified)")
            #expect(try authority.revoke("laptop").isEmpty, "twice is once")
        }
    }

    @Test func aPrivateKeyIsNeverReplacedUnasked() async throws {
        try withFolder { folder in
            let keys = "\(folder)/keys"
            let first = try Authority.create(in: keys)
            let before = try FileContents.read("\(keys)/authority-key.pem")
            #expect(throws: KeyError.self) { try Authority.create(in: keys) }
            #expect(try FileContents.read("\(keys)/authority-key.pem") == before)
            let second = try Authority.create(in: keys, replacing: true)
            #expect(second.certificate != first.certificate)
            let mode = try FileManager.default.attributesOfItem(atPath: "\(keys)/authority-key.pem")[
                .posixPermissions
            ]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func aKeyThatEverybodyMayReadIsNotUsed() async throws {
        try withFolder { folder in
            var authority = try Authority.create(in: "\(folder)/keys")
            let bundle = "\(folder)/laptop"
            try authority.issue(try Identity(.coordinator, "laptop"), to: bundle)
            _ = try Credentials(folder: bundle)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644],
                ofItemAtPath: "\(bundle)/key.pem"
            )
            let error = #expect(throws: KeyError.self) { try Credentials(folder: bundle) }
            #expect(error?.code == "keys.open")
            #expect(error?.message.contains("chmod 600") == true)
        }
    }

    @Test func whatTwoIssueAtOnceIsAllOnTheRecord() throws {
        try withFolder { folder in
            var first = try Authority.create(in: "\(folder)/keys")
            var second = try Authority(folder: "\(folder)/keys")
            for (name, index) in [("a", 0), ("b", 1), ("c", 0)] {
                let identity = try Identity(.agent, name)
                if index == 0 {
                    try first.issue(identity, to: "\(folder)/\(name)")
                } else {
                    try second.issue(identity, to: "\(folder)/\(name)")
                }
            }
            let all = try Authority(folder: "\(folder)/keys").ledger.entries
            #expect(all.map(\.name) == ["a", "b", "c"])
        }
    }

    @Test func renewalKeepsNamesAndAddressesAndLeavesOutWhatWasRevoked() async throws {
        try withFolder { folder in
            var authority = try Authority.create(in: "\(folder)/keys")
            for name in ["web1", "web2"] {
                try authority.issue(
                    try Identity(.agent, name),
                    addresses: ["10.0.0.7"],
                    to: "\(folder)/\(name)"
                )
            }
            _ = try authority.revoke("agent/web2")
            let again = try Authority(folder: "\(folder)/keys")
            let renewable = try again.renewable(nil)
            #expect(renewable.map(\.name) == ["web1"])
            #expect(renewable.map(\.addresses) == [["10.0.0.7"]])
            #expect(throws: KeyError.self) { try again.renewable(["web2"]) }
        }
    }

    @Test(arguments: ["", "-x", "a b", "a/b", "web*", "..", "ä", String(repeating: "a", count: 65)])
    func aNameThatCouldBeMisreadIsNone(_ name: String) {
        #expect(throws: KeyError.self) { try Identity(.agent, name) }
    }
}
