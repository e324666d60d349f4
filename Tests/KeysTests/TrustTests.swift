import Foundation
import Keys
import LinuxSystem
import Measures
import Synchronization
import TestSupport
import Testing
import X509

/// Whom a bundle's owner believes.
struct TrustTests {
    private struct Bed {
        var authority: Authority
        let credentials: Credentials
        let trust: Trust
        let folder: String
    }

    private func withBed(
        tell: @escaping @Sendable (String) -> Void = { _ in },
        _ body: (inout Bed) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            var authority = try Authority.create(in: "\(folder)/keys")
            try authority.issue(try Identity(.agent, "web1"), to: "\(folder)/web1")
            let credentials = try Credentials(folder: "\(folder)/web1")
            var bed = Bed(
                authority: authority,
                credentials: credentials,
                trust: try Trust(credentials, tell: tell),
                folder: folder
            )
            try await body(&bed)
        }
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? KeyError)?.code ?? "\(error)"
        }
    }

    @Test func aCertificateCountsOnlyWithinItsTime() async throws {
        try await withBed { bed in
            let now = Date()
            let leaf = try bed.authority.issue(
                try Identity(.coordinator, "laptop"),
                valid: .seconds(60),
                to: "\(bed.folder)/laptop",
                now: now
            )
            let trust = bed.trust
            #expect(try await trust.identity(of: leaf) == Identity(.coordinator, "laptop"))
            #expect(
                await code { _ = try await trust.identity(of: leaf, now: now.addingTimeInterval(61)) }
                    == "keys.expired"
            )
            // Behind by less than five minutes is no reason.
            #expect(
                await code { _ = try await trust.identity(of: leaf, now: now.addingTimeInterval(-200)) }
                    == nil
            )
            #expect(
                await code { _ = try await trust.identity(of: leaf, now: now.addingTimeInterval(-400)) }
                    == "keys.early"
            )
        }
    }

    @Test func anotherAuthorityIsNotBelievedWhateverItsName() async throws {
        try await withBed { bed in
            var other = try Authority.create(in: "\(bed.folder)/other")
            let leaf = try other.issue(try Identity(.coordinator, "laptop"), to: "\(bed.folder)/forged")
            let trust = bed.trust
            #expect(await code { _ = try await trust.identity(of: leaf) } == "keys.authority")
            // Nor the authority's own certificate, which is signed by it.
            let own = bed.authority.certificate
            #expect(await code { _ = try await trust.identity(of: own) } == "keys.foreign")
        }
    }

    @Test func aListIsReadAgainWhenItChangesAndNeverGoesBack() async throws {
        let told = Mutex<[String]>([])
        try await withBed(tell: { line in told.withLock { $0.append(line) } }) { bed in
            let identity = try Identity(.coordinator, "laptop")
            let leaf = try bed.authority.issue(identity, to: "\(bed.folder)/laptop")
            let trust = bed.trust
            #expect(await code { try trust.check(leaf, identity) } == nil)
            let path = "\(bed.folder)/web1/revoked.pem"
            let empty = try FileContents.read(path)
            _ = try bed.authority.revoke("laptop")
            let list = try FileContents.read("\(bed.folder)/keys/revoked.pem")
            try FileContents.writeAtomically(list, to: path)
            #expect(await code { try trust.check(leaf, identity) } == "keys.revoked")
            // Cut short by a copy that goes on, older, or another's: what was known stays.
            for bytes in [Array(list.prefix(list.count / 2)), empty, [], Array("nonsense".utf8)] {
                try FileContents.writeAtomically(bytes, to: path)
                #expect(await code { try trust.check(leaf, identity) } == "keys.revoked")
            }
            try FileManager.default.removeItem(atPath: path)
            #expect(await code { try trust.check(leaf, identity) } == "keys.revoked")
            let other = try Authority.create(in: "\(bed.folder)/other")
            try FileContents.writeAtomically(
                try FileContents.read("\(other.folder)/revoked.pem"),
                to: path
            )
            #expect(await code { try trust.check(leaf, identity) } == "keys.revoked")
        }
        let words = told.withLock { $0 }
        #expect(words.contains { $0.contains("is older than the list in force") }, "\(words)")
        #expect(words.contains { $0.contains("is not signed by the authority") }, "\(words)")
    }

    @Test func noBytesMakeAListThatTheAuthorityDidNotSign() async throws {
        try await withBed { bed in
            let identity = try Identity(.coordinator, "laptop")
            try bed.authority.issue(identity, to: "\(bed.folder)/laptop")
            _ = try bed.authority.revoke("laptop")
            let text = try FileContents.text("\(bed.folder)/keys/revoked.pem")
            let lines = text.split(separator: "\n")
            let der = Array(Data(base64Encoded: lines.dropFirst().dropLast().joined()) ?? Data())
            var random = SystemRandomNumberGenerator()
            let authority = bed.authority.certificate
            for _ in 0..<10_000 {
                var bytes = der
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(
                        in: 1...255,
                        using: &random
                    )
                }
                if Bool.random(using: &random) {
                    bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                }
                guard bytes != der else { continue }
                let pem =
                    "-----BEGIN X509 CRL-----\n\(Data(bytes).base64EncodedString(options: .lineLength64Characters))\n"
                    + "-----END X509 CRL-----\n"
                guard let list = try? RevocationList(pem: pem) else { continue }
                // What is left unsigned (the algorithm's name) changes nothing that is read.
                #expect(!list.isSigned(by: authority) || list == bed.authority.revoked)
            }
        }
    }
}
