package io.confide.common.secagg;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the coordinator sends to a site for one job (PROTOCOL.md §3.2 and §3.3). Keys of maps are roster indices. */
public sealed interface CoordinatorMessage {
    JobId job();

    /** S0 with the bytes whose hashes it signs. */
    record Proposal(JobId job, SignedBody s0, Bytes roster, Bytes policy)
            implements CoordinatorMessage {}

    /** All S1 of the attempt; a site that sent none is absent. */
    record Hellos(JobId job, SortedMap<Integer, SignedBody> s1) implements CoordinatorMessage {
        public Hellos {
            s1 = unmodifiable(s1);
        }
    }

    /** All S2. */
    record Seeds(JobId job, SortedMap<Integer, SignedBody> s2) implements CoordinatorMessage {
        public Seeds {
            s2 = unmodifiable(s2);
        }
    }

    /** All S3, and the ciphertexts that lower neighbours made for the receiver. */
    record Kems(JobId job, SortedMap<Integer, SignedBody> s3, SortedMap<Integer, Bytes> ciphertexts)
            implements CoordinatorMessage {
        public Kems {
            s3 = unmodifiable(s3);
            ciphertexts = unmodifiable(ciphertexts);
        }
    }

    /**
     * All S4, and every dealer's part for the receiver. A dealer that complained about the receiver before it dealt has none;
     * its complaint is in {@code complaints}.
     */
    record Deals(
            JobId job,
            SortedMap<Integer, SignedBody> s4,
            SortedMap<Integer, SiteMessage.DealPart> parts,
            List<SignedBody> complaints)
            implements CoordinatorMessage {
        /** Where nobody complained about the receiver. */
        public Deals(
                JobId job,
                SortedMap<Integer, SignedBody> s4,
                SortedMap<Integer, SiteMessage.DealPart> parts) {
            this(job, s4, parts, List.of());
        }

        public Deals {
            complaints = List.copyOf(complaints);
            s4 = unmodifiable(s4);
            parts = unmodifiable(parts);
        }
    }

    /** S4b: the four digests per site (SHA-256 of S1, S2, S3 bodies and root4; empty list if not accepted), the accepted bitmap, complaints. */
    record Summary(
            JobId job,
            SortedMap<Integer, List<Bytes>> digests,
            Bytes accepted,
            List<SignedBody> complaints)
            implements CoordinatorMessage {
        public Summary {
            digests = unmodifiable(digests);
            complaints = List.copyOf(complaints);
        }
    }

    /** At least q Confirms. */
    record EpochCert(JobId job, SortedMap<Integer, SignedBody> confirms)
            implements CoordinatorMessage {
        public EpochCert {
            confirms = unmodifiable(confirms);
        }
    }

    /**
     * Step 1, with the exact config and codec bytes, the model, the last DONE result that changed the model, and for each
     * failed round whose inputs are asked for again the proof that it stays closed (K27).
     */
    record Open(
            JobId job,
            SignedBody body,
            Bytes config,
            Bytes codec,
            VectorBody model,
            Optional<SignedBody> lastModelResult,
            List<AbortCert> aborted)
            implements CoordinatorMessage {
        public Open {
            aborted = List.copyOf(aborted);
        }
    }

    /** Step 3b: headers (Hy and signature) of all of U3. */
    record Propose(JobId job, SignedBody body, SortedMap<Integer, UploadProof> headers)
            implements CoordinatorMessage {
        public Propose {
            headers = unmodifiable(headers);
        }
    }

    /** Step 5b: headers as in Propose and at least q signatures of S_r. */
    record Cert(
            JobId job,
            SignedBody body,
            SortedMap<Integer, UploadProof> headers,
            SortedMap<Integer, Bytes> signatures)
            implements CoordinatorMessage {
        public Cert {
            headers = unmodifiable(headers);
            signatures = unmodifiable(signatures);
        }
    }

    /** Step 3a, in place of 3b to 5b when every site of U1 uploaded: headers of all of U1. */
    record FastCert(JobId job, SignedBody body, SortedMap<Integer, UploadProof> headers)
            implements CoordinatorMessage {
        public FastCert {
            headers = unmodifiable(headers);
        }
    }

    /** A secret came out wrong: the receiver is to prove the share of it that it revealed (R11). */
    record Blame(JobId job, SignedBody body) implements CoordinatorMessage {}

    /** Step 7: the outcome of a round. */
    record Result(JobId job, SignedBody body) implements CoordinatorMessage {}

    /** Hy_j and sig_j of an upload header; where a committee signs, the path of its leaf to the root, else nothing. */
    record UploadProof(Bytes vectorHash, Bytes signature, Bytes rootPath) {
        public UploadProof(Bytes vectorHash, Bytes signature) {
            this(vectorHash, signature, Bytes.EMPTY);
        }

        /** The same header without its path. */
        public UploadProof header() {
            return new UploadProof(vectorHash, signature);
        }
    }

    private static <V> SortedMap<Integer, V> unmodifiable(SortedMap<Integer, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
