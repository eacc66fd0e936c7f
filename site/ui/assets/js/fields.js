// Filters send themselves; a file field shows what was chosen.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches(".filters[data-live] select, .filters[data-live] [type=checkbox]")) field.form.submit();
  if (!field.matches(".drop input[type=file]")) return;
  const name = field.closest(".drop").querySelector("[data-file-name]");
  if (name && field.files.length) name.textContent = [...field.files].map((file) => file.name).join(", ");
});
