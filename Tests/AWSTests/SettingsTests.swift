@testable import AWS
import Fleet
import Foundation
import Testing

private let config = """
    # ours
    [default]
    region = eu-west-1
    ca_bundle = ~/ca.pem

    [profile prod]
    region=us-west-2   ; where it runs
    services = inside
    endpoint_url = http://profile:1
    [services inside]
    ec2 =
      endpoint_url = http://services-ec2:1
    [profile half]
    aws_access_key_id = AKIAHALF
    [profile empty]
    region = eu-central-1
    """

private let credentials = """
    [default]
    aws_access_key_id = AKIADEFAULT
    aws_secret_access_key = default-secret
    [prod]
    aws_access_key_id=AKIAPROD
    aws_secret_access_key=prod-secret
    aws_session_token = prod-token
    """

@Suite struct `AWS' settings` {
    private static let nowhere = ["AWS_EC2_METADATA_DISABLED": "true"]

    @Test func `take credentials from the first place that is configured`() async throws {
        let home = try Home(config: config, credentials: credentials)
        let env = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "env-secret", "AWS_SESSION_TOKEN": "env-token"]
        #expect(try await chosen(home.settings()).accessKeyID == "AKIADEFAULT")
        #expect(try await chosen(home.settings(env)) == Credentials(accessKeyID: "AKIAENV", secret: "env-secret", sessionToken: "env-token"))
        #expect(try await chosen(home.settings(env.merging(["AWS_PROFILE": "prod"]) { $1 })).accessKeyID == "AKIAENV")
        #expect(
            try await chosen(home.settings(env, profile: "prod")) == Credentials(accessKeyID: "AKIAPROD", secret: "prod-secret", sessionToken: "prod-token"))
        #expect(try await chosen(home.settings(["AWS_PROFILE": "prod"])).accessKeyID == "AKIAPROD")
        #expect(try await chosen(home.settings(["AWS_ACCESS_KEY_ID": "", "AWS_PROFILE": ""])).accessKeyID == "AKIADEFAULT")
    }

    @Test func `refuse what is configured but broken instead of passing it over`() async throws {
        let home = try Home(config: config, credentials: credentials)
        let broken: [(AWSSettings, String)] = [
            (home.settings(["AWS_ACCESS_KEY_ID": "AKIA"]), "AWS_SECRET_ACCESS_KEY is not"),
            (home.settings(["AWS_SECRET_ACCESS_KEY": "hidden"]), "AWS_ACCESS_KEY_ID is not"),
            (home.settings(["AWS_PROFILE": "nope"]), "the AWS profile 'nope'"),
            (home.settings(profile: "half"), "no aws_secret_access_key"),
            (home.settings(["AWS_WEB_IDENTITY_TOKEN_FILE": "/x"]), "AWS_WEB_IDENTITY_TOKEN_FILE names a web identity token but no role: set AWS_ROLE_ARN"),
            (home.settings(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x"], profile: "empty"), "'http://x/' is not asked for credentials"),
            (home.settings(Self.nowhere, profile: "empty"), "no AWS credentials"),
        ]
        for (settings, text) in broken {
            do {
                _ = try await chosen(settings)
                Issue.record("\(text) was accepted")
            } catch {
                #expect("\(error)".contains(text), "\(error)")
                #expect(!"\(error)".contains("hidden"))
            }
        }
    }

    @Test func `name file and line of what is no profile file`() throws {
        for (text, line, words) in [
            ("[default", 1, "does not end with ]"), ("region = x", 1, "before any [section]"), ("[a]\n\nregion", 3, "neither a [section]"),
            ("[a]\n  b = c", 2, "continues no property"), ("[]\n", 1, "without a name"), ("[a]\n= 3", 2, "without a name before ="), ("[a] b", 1, "text after"),
        ] {
            let error = #expect(throws: AWSSettingsError.self) { _ = try ProfileFile(path: "/home/u/.aws/config", text: text) }
            #expect(error?.message.hasPrefix("/home/u/.aws/config:\(line): ") == true)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `never show a line of a file, which may hold a secret`() throws {
        let error = #expect(throws: AWSSettingsError.self) { _ = try ProfileFile(path: "/c", text: "[a]\naws_secret_access_key hidden") }
        #expect(error?.message.contains("hidden") == false)
    }

    @Test func `find the region in the configuration, the environment, the profile`() throws {
        let home = try Home(config: config, credentials: credentials)
        let region = { (settings: AWSSettings) in try Region.configured(settings, profiles: try Profiles.read(settings)) }
        let both = ["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"]
        #expect(try region(home.settings(both, region: "cn-north-1")) == "cn-north-1")
        #expect(try region(home.settings(both)) == "us-east-1")
        #expect(try region(home.settings(["AWS_DEFAULT_REGION": "us-east-2"])) == "us-east-2")
        #expect(try region(home.settings()) == "eu-west-1")
        #expect(try region(home.settings(profile: "prod")) == "us-west-2")
        #expect(try region(AWSSettings()) == nil)
        #expect(throws: AWSSettingsError.self) { _ = try region(home.settings(["AWS_REGION": "us east/1"])) }
    }

    @Test func `find each service's endpoint in the documented order`() throws {
        let home = try Home(config: config, credentials: credentials)
        let url = { (settings: AWSSettings, service: Service, region: String) in
            try Endpoints(settings, profiles: try Profiles.read(settings)).url(of: service, in: region)
        }
        let both = ["AWS_ENDPOINT_URL": "http://all:1", "AWS_ENDPOINT_URL_EC2": "http://ec2:1"]
        #expect(try url(home.settings(both, endpointURL: "http://own:1"), .ec2, "x") == "http://own:1")
        #expect(try url(home.settings(both), .ec2, "x") == "http://ec2:1")
        #expect(try url(home.settings(both), .ssm, "x") == "http://all:1")
        #expect(try url(home.settings(profile: "prod"), .ec2, "x") == "http://services-ec2:1")
        #expect(try url(home.settings(profile: "prod"), .ssm, "x") == "http://profile:1")
        #expect(try url(home.settings(["AWS_ENDPOINT_URL_AUTO_SCALING": "http://groups:1"]), .autoScaling, "x") == "http://groups:1")
        #expect(try url(home.settings(["AWS_ENDPOINT_URL_STS": "http://sts:1"]), .sts, "x") == "http://sts:1")
        #expect(try url(home.settings(), .sts, "eu-west-1") == "https://sts.eu-west-1.amazonaws.com/")
        #expect(try url(home.settings(), .autoScaling, "cn-north-1") == "https://autoscaling.cn-north-1.amazonaws.com.cn/")
        let ignoring = both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }
        #expect(try url(home.settings(ignoring, profile: "prod"), .ec2, "us-east-1") == "https://ec2.us-east-1.amazonaws.com/")
        for (region, host) in [
            ("eu-west-1", "ec2.eu-west-1.amazonaws.com"), ("cn-north-1", "ec2.cn-north-1.amazonaws.com.cn"),
            ("us-isob-east-1", "ec2.us-isob-east-1.sc2s.sgov.gov"),
            ("eusc-de-east-1", "ec2.eusc-de-east-1.amazonaws.eu"), ("us-gov-west-1", "ec2.us-gov-west-1.amazonaws.com"),
        ] {
            #expect(try url(home.settings(), .ec2, region) == "https://\(host)/")
        }
        #expect(throws: AWSSettingsError.self) { _ = try url(home.settings(["AWS_ENDPOINT_URL": "ftp://x"]), .ec2, "x") }
        #expect(throws: AWSSettingsError.self) { _ = try url(home.settings(["AWS_ENDPOINT_URL": "http://user:hidden@x"]), .ec2, "x") }
    }

    @Test func `hand out the CA file`() throws {
        let home = try Home(config: config, credentials: credentials)
        #expect(try home.settings(["AWS_CA_BUNDLE": "/ca.pem"]).caBundle() == "/ca.pem")
        #expect(try home.settings().caBundle() == home.folder.path + "/ca.pem")
        #expect(try AWSSettings().caBundle() == nil)
    }
}
