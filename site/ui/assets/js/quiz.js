// A quiz works as a plain form; this counts the answers and leads to the one that is missing.
function answered(question) {
  return Boolean(question.querySelector("input:checked"));
}

function ready(form) {
  const questions = [...form.querySelectorAll(".question")];
  const count = form.querySelector("[data-quiz-count]");
  const show = () => {
    if (count) count.textContent = count.dataset.quizCount.replace("{n}", questions.filter(answered).length);
  };
  form.noValidate = true;
  form.addEventListener("change", (event) => {
    const question = event.target.closest(".question");
    if (question) question.classList.remove("question-missing");
    show();
  });
  form.addEventListener("submit", (event) => {
    const missing = questions.filter((question) => !answered(question));
    for (const question of missing) question.classList.add("question-missing");
    if (!missing.length) return;
    event.preventDefault();
    missing[0].querySelector("input").focus({ preventScroll: true });
    missing[0].scrollIntoView({ block: "start" });
  });
  show();
}

for (const form of document.querySelectorAll("form[data-quiz]")) ready(form);
