package dev.mens.mesh;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;

/// What can be wrong with a mesh; published by the bundle `cluster`.
public enum MeshProblem implements Problem {
    BAD_PEER(
            "bad-peer",
            Blame.INPUT,
            "%s names no peer: a peer has %s",
            "copy it from `vox mesh peers`"),
    BAD_ENDPOINT(
            "bad-endpoint",
            Blame.INPUT,
            "%s is no address",
            "write host:port, or [IPv6 address]:port"),
    UNKNOWN_HOST(
            "unknown-host",
            Blame.INPUT,
            "%s names no machine that can be looked up here",
            "write a name that this machine resolves, or host:port with the host's address"),
    BAD_FOLDER(
            "bad-folder",
            Blame.INPUT,
            "peers cannot meet in %s: %s",
            "name an existing folder that all of them can write to"),
    BAD_NAME(
            "bad-name",
            Blame.INPUT,
            "%s cannot name a mesh or a node",
            "use up to 40 letters, digits, dots, dashes and underscores, beginning with a letter or"
                    + " digit"),
    BAD_SECRET(
            "bad-secret",
            Blame.INPUT,
            "a mesh key has %d bytes, but must have %d",
            "write 64 hexadecimal digits into the file, the same on every member, or join with a"
                    + " token"),
    BAD_FACTS(
            "bad-facts",
            Blame.FAILURE,
            "a peer's facts are not sound: %s",
            "update the peer that published them"),
    BAD_GROUP(
            "bad-group",
            Blame.INPUT,
            "peers cannot meet in %s, which is no multicast address",
            "use one of 224.0.0.0/4 or ff00::/8, such as `--group 232.5.6.7:7555`"),
    NO_ROUTER(
            "no-router",
            Blame.INPUT,
            "no router is given",
            "add `--router host:port`, or choose another profile"),
    NO_MESH(
            "no-mesh",
            Blame.INPUT,
            "this node belongs to no mesh",
            "found one with `vox mesh up --profile …`, or join one with `vox mesh join TOKEN`"),
    NODE_ENDS(
            "node-ends",
            Blame.INPUT,
            "no node is running, and one that ends with this command cannot be in a mesh",
            "start `vox node`, and repeat the command"),
    ALREADY_UP(
            "already-up",
            Blame.INPUT,
            "this node is in the mesh %s",
            "leave it first with `vox mesh leave`"),
    PORT_TAKEN(
            "port-taken",
            Blame.INFRASTRUCTURE,
            "nothing can listen on %s: %s",
            "choose another port with `--bind host:port`, or stop what uses it"),
    UNKNOWN_PEER(
            "unknown-peer", Blame.INPUT, "no peer %s is in the mesh%s", "see `vox mesh peers`"),
    UNREACHABLE(
            "unreachable",
            Blame.INFRASTRUCTURE,
            "%s cannot be reached at %s",
            "check that it runs and listens on an address that this machine can reach; `vox doctor`"
                    + " says more"),
    NO_PROTOCOL(
            "no-protocol",
            Blame.FAILURE,
            "%s does not speak %s",
            "bring both nodes to the same version of Mens"),
    OTHER_VERSION(
            "other-version",
            Blame.INFRASTRUCTURE,
            "this node is Mens %s with mesh protocol %s, the peer Mens %s with %s",
            "update the older of the two"),
    NO_IDENTITY(
            "no-identity",
            Blame.INFRASTRUCTURE,
            "the connection from %s proved no Ed25519 identity: %s",
            "use `vox` of Mens to join; anything else is turned away"),
    WRONG_KEY(
            "wrong-key",
            Blame.INPUT,
            "the peer does not know the mesh's key",
            "join with a token of a member (`vox mesh invite`)"),
    NOT_ADMITTED(
            "not-admitted",
            Blame.INPUT,
            "the identity %s is not admitted to this mesh",
            "let a member run `vox mesh allow KEY`, or join with a token of `vox mesh invite`"),
    OTHER_IDENTITY(
            "other-identity",
            Blame.INFRASTRUCTURE,
            "%s is not the peer that was dialled, but %s",
            "get a new token; if it happens again, somebody is in between"),
    BAD_TOKEN(
            "bad-token",
            Blame.INPUT,
            "this is no invitation: %s",
            "copy the whole token that `vox mesh invite` printed"),
    TOKEN_EXPIRED(
            "token-expired",
            Blame.INPUT,
            "the invitation has expired, or is none of this mesh's",
            "ask for a new one: `vox mesh invite`"),
    TOKEN_USED(
            "token-used",
            Blame.INPUT,
            "the invitation was used already",
            "ask for a new one: `vox mesh invite`; if you have not used it, somebody else has"),
    BAD_GREETING(
            "bad-greeting",
            Blame.INFRASTRUCTURE,
            "%s sent no greeting of a peer: %s",
            "use `vox` of Mens to join; anything else is turned away"),
    TOO_SLOW(
            "too-slow",
            Blame.INFRASTRUCTURE,
            "%s did not finish its greeting within %s",
            "check the network between the two; the peer may try again"),
    TOO_MANY(
            "too-many-connections",
            Blame.INFRASTRUCTURE,
            "%s has opened too many connections",
            "wait a moment; if the peer is yours, look at its log"),
    REFUSED(
            "refused",
            Blame.INFRASTRUCTURE,
            "%s",
            "look at the log of the peer, and bring both nodes to the same version of Mens"),
    STATE_DAMAGED(
            "state-damaged",
            Blame.INFRASTRUCTURE,
            "%s cannot be read: %s",
            "restore it from a backup, or delete it and join the mesh anew");

    private final String id;
    private final Blame blame;
    private final String facts;
    private final String remedy;

    MeshProblem(String kebab, Blame blame, String facts, String remedy) {
        this.id = "vox/mesh/" + kebab;
        this.blame = blame;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return blame;
    }
}
