// What the words on the pages mean, for somebody who sees them for the first time.
import { html } from "./lit-html.js";
import { head, panel } from "./parts.js";

/** [heading, [[word, what it means], …]], in the order in which they come up. */
const PARTS = [
  ["h-rounds", "Jobs and rounds", [
    ["Coordinator", "The program whose pages these are. It asks sites for inputs, adds them up and opens sums; it has no records and no single site’s update."],
    ["Site", "An institution that takes part. Its records never leave it: it trains where they are, and sends a masked input."],
    ["Participant", "The program at a site that trains there and speaks with the coordinator."],
    ["Steward, operator", "People at a site. The steward decides what its data may be used for, plan by plan; the operator runs its participant."],
    ["Administrator, researcher, auditor", "People at the coordinator. An administrator invites sites and keeps the accounts, a researcher submits jobs, an auditor reads what happened and may stop a job."],
    ["Event log, chain, head", "Who did what and when, line after line. Each line holds the hash of the one before, a chain, so that no line can be changed without all after it; the head is the hash of the last."],
    ["Access token", "The key of a coordinator that is there before there are accounts: whoever has it may do what administrators and researchers may."],
    ["Study", "A question that data may be used for, with its purpose and who is accountable. A site lends its datasets to studies; jobs belong to one."],
    ["Certificate", "By which the coordinator recognises a site. It ends after ninety days and is renewed by enrolling again."],
    ["Plan, plan hash", "Everything a job will do, frozen before it begins: data, model, rounds, noise, and what may leave at the end. The hash names it, so that all sites answer for the same plan."],
    ["Queue, priority", "Where a job waits while as many have places as may: in all, of its study, or at one of its sites. A job has its place until it ends, also while it waits for approval or is paused. The one of the highest priority goes first, then the one that was submitted first. Half an hour of waiting raises the priority by one, so that nobody waits for ever."],
    ["Hash", "64 digits and letters (SHA-256) that name content: other content has another. Most are shown by their ends; pointing at one shows all of it."],
    ["Seed", "The number from which a job draws its first model, and much that follows. The same plan under another seed is another run."],
    ["Roster", "The sites of a job and the keys by which they know each other. Each site keeps its own copy."],
    ["–", "There is nothing to say here: nothing yet, nobody, or not for this one."],
    ["Round", "One sum over the sites: of what they trained, of an evaluation, or of what is needed to begin. A job is a row of rounds; most train the model by one step."],
    ["Asked, cohort", "The sites that a round begins with. Who has no connection at that moment is not asked, and is not in its sum."],
    ["Header", "What a site sends beside its input: which round and model it is for, and the hash of the input, signed."],
    ["Masked input", "What a site sends in a round, hidden under a secret that only the sites together can take away, and only from the sum."],
    ["Needed", "How many inputs a sum must hold. Below it nothing is opened, however much has been sent."],
    ["Sign, vote", "Where an input is missing, the sites sign one list of those that are there, so that nobody can have two different sums opened. Where all are there, nobody has to."],
    ["Reveal, share", "Every site gives its shares, which are parts of the secrets that hide the inputs; enough of them take the masks off this sum, and off nothing else."],
    ["Epoch", "The rounds in which the sites use the same keys with each other. A new one begins when they agree on new keys, such as when a site joins."],
    ["Registered, configured, training, uploaded, included", "The five facts of a site in a round: it is known here, it was asked in this round, it is or was at work, its input is stored, its input is in the sum. Being connected is none of them."],
    ["Dropped", "Asked, and gone before its part was done: the page says at which step and why."],
    ["Retry", "The plan once more as a new job, under a new seed, so that sites read and approve it again. What a job that ended has done stays as it is."],
    ["Check value", "A number that every site hides in its input and whose sum is known beforehand. If it is wrong, something in the sum is, and the sum is thrown away."],
    ["Receipt, evidence", "What a round leaves for whoever wants to check it later: a site’s receipt shows that its own input was counted once, in which sum and with whom; the coordinator’s evidence shows what sites signed."],
    ["Audit of a sum", "What a plan may ask a coordinator to keep, so that sites can check a sum after the round: that it is the sum of the inputs whose hashes they signed."],
    ["Late", "Its input has not come although half as long again as it usually takes has passed."],
  ]],
  ["h-privacy", "Privacy", [
    ["Differential privacy", "Noise in every sum, so that what comes out hardly depends on whether any one record was there."],
    ["ε (epsilon)", "The most by which one record can change what anybody sees, as a factor of eᵋ in the chance of any outcome. Smaller is more private: at ε 1 no outcome becomes more than about 2.7 times as likely, at ε 3 about 20 times."],
    ["δ (delta)", "The chance with which that bound may fail; 10⁻⁵ is one in a hundred thousand."],
    ["Record, patient", "Whose presence ε hides: one row, or all rows of one patient. The plan says which. “Added or removed” means: with it or without it."],
    ["Observer", "Who tries to learn something. The public sees the model; the coordinator sees every sum; a coordinator that works together with a site also knows the noise of that site, so its ε is the largest."],
    ["Commit", "A round whose sums depend on records, for which every site charges its ledger before it sends anything."],
    ["Ledger", "Where a site counts what its records have been used for, over all jobs. It refuses a plan that would cost more than is left. Only the site can read it."],
    ["None promised", "The plan has no noise: sums and model are exact, single inputs are still hidden, and no ε can be said."],
  ]],
  ["h-good", "How good a model is", [
    ["Event of a row", "What a model of yes and no is to foretell, such as the death of a patient: a row has it or has it not. Nothing to do with the events of a job, which say what happened in it."],
    ["Parameters, weights", "The numbers that a model consists of. Training changes them a little in every round."],
    ["Training loss, log loss", "How far the scores are from what happened; lower is better. Guessing one half for everybody gives 0.693."],
    ["AUC", "The chance that somebody with the event has a higher score than somebody without it: 0.5 is guessing, 1 is perfect."],
    ["± at an AUC", "The AUC comes from counts of scores in classes, a histogram, because no single score leaves a site; ± is how far these classes may make it differ. It is no confidence interval."],
    ["Accuracy", "The part of the rows of which the likelier answer was the true one."],
    ["Calibration error", "Among rows with about the same score, how far that score is from the part of them that has the event: on the average, and the largest where scores are worst."],
    ["Fold, out of fold", "The rows of each site are divided into folds. For each fold a model is trained without its rows and tried on them, so no row judges a model that has seen it. The final model is trained on all rows."],
    ["Logistic, MLP, CNN", "Kinds of models: a weighted sum, layers of weighted sums, and layers for pictures."],
    ["safetensors", "The kind of file in which a model’s weights are: numbers only, no program."],
    ["Model card", "A page about a model, for people: its purpose, what it predicts, how good it is, whose data, its privacy, and what it is not meant for, as far as the plan says so."],
    ["Version", "Models of one name and study, in the order in which they were made."],
    ["Release level", "What may leave of a finished model: nothing, its numbers, answers, scores, or its weights. The plan names it; a site refuses a plan that lets more leave than its policy does, and an audit of the model, which tries to learn single records from it, can lower it."],
  ]],
];

export class WordsPage {
  nav = "";

  title() {
    return "What the words mean";
  }

  view() {
    return html`${head({ title: "What the words mean", text: "For whoever sees these pages for the first time." })}${PARTS.map(([id, title, words]) =>
      panel(id, title, { body: html`<dl class="panel__body glossary">${words.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl>` }))}`;
  }
}
